import { describe, expect, it } from 'vitest';
import { configFields } from '#shared/config-fields.ts';
import { TASK_IDS } from '#shared/config.ts';
import {
  acceptedText,
  choicesOf,
  isDefault,
  itemsOf,
  rangeText,
  readValue,
  shortText,
  typedText,
} from './field-values.ts';

const fields = TASK_IDS.flatMap(configFields);
const field = (path: string) => fields.find((each) => each.path === path)!;

describe('values of fields', () => {
  it('are read as the schema takes them; what is no value yet stays as typed', () => {
    expect(readValue(field('training.stage1.lr'), ' 1e-3 ')).toBe(0.001);
    expect(readValue(field('training.stage1.lr'), '1e-')).toBe('1e-');
    expect(readValue(field('training.stage1.lr'), '0,005')).toBe(0.005);
    expect(readValue(field('model.d_model'), '1,000')).toBe('1,000');
    expect(readValue(field('model.d_mlp'), '')).toBeNull();
    expect(readValue(field('model.d_model'), '')).toBe('');
    expect(readValue(field('dataset(modular).moduli'), '2, 3,5 ')).toEqual([2, 3, 5]);
    expect(readValue(field('dataset(modular).moduli'), '2, x')).toBe('2, x');
    expect(readValue(field('seeds'), '600..604')).toBe('600..604');
    expect(readValue(field('seeds_stage2'), ' ')).toBeNull();
    expect(readValue(field('dataset(trex).path'), '/a b')).toBe('/a b');
  });

  it('are written so that they are read again', () => {
    expect(typedText([0, 1, 2, 3])).toBe('0..3');
    expect(typedText([2, 3])).toBe('2, 3');
    expect(typedText([2, 3, 5])).toBe('2, 3, 5');
    expect(typedText(null)).toBe('');
    expect(typedText(1e-8)).toBe('1e-8');
    const moduli = field('dataset(modular).moduli');
    expect(readValue(moduli, typedText(moduli.default))).toEqual(moduli.default);
    for (const list of [[2, 3, 4], [40], [2, 2, 6, 2], [1, 2, 3, 9]])
      expect(readValue(field('model.depths'), typedText(list))).toEqual(list);
    expect(readValue(field('model.depths'), '2..')).toBe('2..');
    expect(readValue(field('model.depths'), '4..2')).toBe('4..2');
    expect(readValue(field('model.depths'), '1..999999999')).toBe('1..999999999');
  });

  it('offer their choices', () => {
    expect(choicesOf(field('dataset(csv).delimiter'))).toContain('\t');
    expect(choicesOf(field('evaluation.tests'))).toBeNull();
    expect(itemsOf(field('evaluation.tests'))).toEqual(['questions', 'association', 'letters']);
    expect(itemsOf(field('dataset(csv).missing'))).toBeNull();
  });

  it('say their range and default', () => {
    expect(rangeText(field('training.stage1.batch_size'))).toBe('from 1 to 65,536');
    expect(rangeText(field('training.optimizer.beta1'))).toBe('from 0 below 1');
    expect(rangeText(field('training.stage1.lr'))).toBe('above 0 at most 10');
    expect(rangeText(field('training.optimizer.decay_rate'))).toBe('from -1 below 0');
    expect(rangeText(field('training.optimizer.eps'))).toBe('above 0');
    expect(rangeText(field('name'))).toBe('');
    expect(rangeText(field('dataset(modular).moduli'))).toBe('from 2 to 999');
    expect(acceptedText(field('model.d_mlp'))).toBe('Whole number, from 1 to 131,072, or empty.');
    expect(acceptedText(field('model.d_model'))).toBe('Whole number, from 1 to 16,384, default 512.');
    expect(shortText({})).toBe('empty');
  });

  it('know their default', () => {
    expect(isDefault(field('seeds'), [0, 1, 2, 3, 4])).toBe(true);
    expect(isDefault(field('seeds'), [0])).toBe(false);
    expect(isDefault(field('dataset(csv).path'), 'a.csv')).toBe(true);
    expect(isDefault(field('model.d_mlp'), null)).toBe(true);
  });
});
