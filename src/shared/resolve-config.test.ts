import { describe, expect, it } from 'vitest';
import { UserError } from './errors.ts';
import type { LanguageConfig } from './config.ts';
import { parseSeeds, resolveConfig } from './resolve-config.ts';

function failure(raw: unknown): UserError {
  try {
    resolveConfig(raw);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('resolveConfig', () => {
  it('fills an empty mapping with the paper’s defaults', () => {
    const config = resolveConfig({}) as LanguageConfig;
    expect(config.training.stage1).toMatchObject({ epochs: 20, batch_size: 256, lr: 5e-5 });
    expect(config.training.stage2.epochs).toBe(10);
    expect(config.training.optimizer.name).toBe('adafactor');
    expect(config.subsets.fractions).toMatchObject({ qd1consis: 0.25, d1consis: 0.08, no_qd_baseline: 0.06 });
    expect(Object.values(config.subsets.fractions).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  it('is idempotent: a resolved config resolves to itself', () => {
    const config = resolveConfig({ name: 'x', dataset: { kind: 'world', n_values: 4 }, seeds: '3..5' });
    expect(resolveConfig(structuredClone(config))).toEqual(config);
  });

  it.each([
    ['an unknown key', { trainin: {} }, /^trainin: unknown key .*did you mean "training"\?/],
    ['a nested unknown key', { training: { stage1: { epoch: 3 } } }, /^training\.stage1\.epoch: .*"epochs"/],
    [
      'an unknown key in a dataset',
      { dataset: { kind: 'csv', path: 'a', entty: 'b' } },
      /^dataset\.entty: .*"entity"/,
    ],
    ['a wrong type', { model: { d_model: 'wide' } }, /^model\.d_model: "wide" .*whole number/],
    ['a fraction of an integer', { model: { n_layers: 1.5 } }, /^model\.n_layers: 1\.5 .*whole number/],
    ['NaN', { training: { stage1: { lr: NaN } } }, /^training\.stage1\.lr: .*number/],
    [
      'a negative fraction',
      { subsets: { fractions: { q: -0.1 } } },
      /^subsets\.fractions\.q: -0\.1 .*at least 0/,
    ],
    [
      'fractions off 1',
      { subsets: { fractions: { q: 0.2 } } },
      /^subsets\.fractions: they sum to 1\.1.*take 0\.1 away/,
    ],
    ['an unknown choice', { tags: { order: 'xyz' } }, /^tags\.order: "xyz" .*"tve"/],
    [
      'an unknown dataset',
      { dataset: { kind: 'cvdbb' } },
      /^dataset.*kind: world or kind: csv or kind: cvdb/,
    ],
    ['a missing path', { dataset: { kind: 'csv' } }, /^dataset\.path: is missing/],
    ['a list', [1, 2], /^config: \[1,2\] is not a mapping/],
    ['nothing', null, /^config: null is not a mapping/],
    ['a huge seed', { seeds: [1e12] }, /^seeds: 1000000000000 .*4294967295/],
    ['a seed twice', { seeds: [3, 3] }, /^seeds: .*twice/],
    ['no seeds', { seeds: 0 }, /^seeds: 0 holds no seed/],
  ])('refuses %s in one line naming field and value', (_, raw, message) => {
    const error = failure(raw);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });
});

describe('parseSeeds', () => {
  it('reads counts, ranges and lists', () => {
    expect(parseSeeds(3)).toEqual([0, 1, 2]);
    expect(parseSeeds('600..602')).toEqual([600, 601, 602]);
    expect(parseSeeds('4, 9')).toEqual([4, 9]);
    expect(parseSeeds([7])).toEqual([7]);
    expect(parseSeeds('1e1')).toHaveLength(10);
    expect(parseSeeds('1_0')).toHaveLength(10);
    expect(parseSeeds('0..2, 8, 1e1')).toEqual([0, 1, 2, 8, 10]);
    expect(parseSeeds(' 3 .. 5 ')).toEqual([3, 4, 5]);
    expect(parseSeeds('[3, 8]')).toEqual([3, 8]);
    expect(parseSeeds('[5]')).toEqual([5]);
  });

  it.each([
    ['0-4', /"0-4" may mean 0\.\.4: write it with two dots/],
    ['-3', /"-3" is negative/],
    ['', /names no seed/],
    ['3,', /has a comma without a seed/],
    ['2.5', /is neither a count, a range nor a list/],
    ['3,3', /names a seed twice/],
    ['1e9', /is more than 10000 seeds/],
  ])('%s is refused by name', (text, message) => {
    expect(() => parseSeeds(text)).toThrow(message);
  });

  it('takes values whose meaning is plain, and hints at what may be meant by others', () => {
    const dataset = { kind: 'cvdb', balance_gender: 'off', n_entities: '1_000' };
    expect(resolveConfig({ dataset }).dataset).toMatchObject({ balance_gender: false, n_entities: 1000 });
    expect(resolveConfig({ dataset: { kind: 'csv', path: 'a.csv', header: false } }).dataset).toMatchObject({
      header: 'no',
    });
    expect(() => resolveConfig({ dataset: { kind: 'csv', path: 'a.csv', missing: [-999] } })).toThrow(
      'dataset.missing.0: -999 is not allowed; expected text, in quotes ("-999")',
    );
    const lr = (value: string) => () => resolveConfig({ training: { stage1: { lr: value } } });
    expect(lr('0,5')).toThrow('expected a number, with a point (0.5)');
    expect(lr('50 %')).toThrow('as a share of 1');
  });
});
