import { describe, expect, it } from 'vitest';
import type { ImportedConfig } from './imported.ts';
import { resolveConfig } from './resolve-config.ts';
import {
  chanceIn,
  dataText,
  modelText,
  ourConfig,
  pipelineOf,
  savedDiff,
  whyNotOurs,
} from './saved-config.ts';
import { designBetween } from './stats/compare.ts';
import { plannedSpans } from './stats/curves.ts';
import { metricOf, testsOf } from './tasks.ts';

const file = (name: string) => ({ name, bytes: 1, sha256: 'a'.repeat(64), kind: 'csv' as const });
const theirs: ImportedConfig = {
  task: 'imported',
  name: 'theirs',
  seeds: [3],
  seeds_stage2: null,
  metrics: ['f1', 'loss'],
  tests: ['letters'],
  tested: ['d1consis'],
  stages: [
    { stage: 'stage1', epochs: 4, why: '' },
    { stage: 'stage2', epochs: 2, why: '' },
  ],
  source: { files: [file('runs/a.csv'), file('runs/b.csv')], columns: [], runs: [], remarks: [] },
};
const ours = resolveConfig({ dataset: { kind: 'world', n_values: 4 }, seeds: [0] });

describe('runs of another program', () => {
  it('say of themselves what a config of ours says', () => {
    expect(metricOf(theirs)).toBe('f1');
    expect(testsOf(theirs)).toEqual(['letters']);
    expect(pipelineOf(theirs)).toBe('two-stage');
    expect(pipelineOf({ ...theirs, stages: theirs.stages.slice(1) })).toBe('single-stage');
    expect(chanceIn(theirs)).toBeNull();
    expect(dataText(theirs)).toBe('imported from "runs", 2 files');
    expect(plannedSpans(theirs)).toEqual([
      { stage: 'stage1', from: 0, to: 4 },
      { stage: 'stage2', from: 4, to: 6 },
    ]);
  });

  it('have no settings to differ in', () => {
    const other = resolveConfig({ dataset: { kind: 'world', n_values: 8 }, seeds: [0] });
    const fields = savedDiff([ours, other, theirs]).map(({ field }) => field);
    expect(fields.toSorted()).toEqual(['dataset.n_values', 'imported_from', 'name', 'seeds', 'task']);
    expect(savedDiff([ours, ours])).toEqual([]);
  });

  it('say what was trained: sizes of ours, the weights that it began with, or nothing', () => {
    const model = { architecture: 'gpt2', d_model: 64, n_layers: 1, n_heads: 2 };
    expect(modelText(resolveConfig({ model }))).toMatch(
      /^gpt2, d_model 64, n_layers 1, n_heads 2, (?!.*null)/,
    );
    expect(modelText(resolveConfig({ task: 'regression' }))).toMatch(/^mlp, n_hidden_layers 2, /);
    expect(modelText(resolveConfig({ pretrained: { model: 'EleutherAI/pythia-70m' } }))).toBe(
      '"EleutherAI/pythia-70m", pre-trained',
    );
    expect(modelText(theirs)).toBe('–');
  });

  it('cannot be trained, nor paired', () => {
    expect(whyNotOurs(ours)).toBeNull();
    expect(whyNotOurs(theirs)).toContain('imported');
    expect(ourConfig({ id: 1, config: ours }, 'train it')).toBe(ours);
    expect(() => ourConfig({ id: 7, config: theirs }, 'train it')).toThrow(
      /^experiment 7 was imported from "runs", 2 files: nothing here can train it/,
    );
    const [mine, foreign] = [ours, theirs].map((config, id) => ({ id, name: 'a', config }));
    const designs = [
      designBetween(mine!, mine!),
      designBetween(mine!, foreign!),
      designBetween(foreign!, foreign!),
    ];
    expect(designs.map(({ design }) => design)).toEqual([undefined, 'welch', 'welch']);
  });
});
