import { describe, expect, it } from 'vitest';
import { layAlong, seriesName, type AlongCell } from './along.ts';
import type { TagEffect } from './effects.ts';

const effect = (mean: number, metric = 'exact_match') =>
  ({ mean, metric, n: 3, per_seed: [] }) as unknown as TagEffect;

const ASKED = {
  contrasts: [
    { id: 'iml', title: 'IML effect' },
    { id: 'stage1', title: 'Stage-1 effect' },
  ],
  metric: 'exact_match' as const,
};

/** An experiment by itself. */
function alone(
  experiment: number,
  value: number | string,
  effects: (TagEffect | null)[],
  { line = '', group = '' } = {},
): AlongCell {
  return { value, line, group, experiments: [experiment], effects, singles: [] };
}

describe('experiments by themselves', () => {
  const cells = [
    alone(4, 1, [effect(0.1), effect(0.5)]),
    alone(2, 0.5, [effect(0.2), effect(0.6)]),
    alone(7, 0.75, [null, null]),
    alone(9, 0.9, [effect(0.4, 'mse'), null]),
  ];

  it('a line per effect, from left to right, without what has no value or was not measured', () => {
    const { series, values, without } = layAlong(cells, { ...ASKED, experiments: [4, 2, 7, 9, 11] });
    expect(series.map((of) => [seriesName(of), of.points.map((at) => [at.value, at.experiments])])).toEqual([
      ['IML effect', [[0.5, [2]], [1, [4]]]], // prettier-ignore
      ['Stage-1 effect', [[0.5, [2]], [1, [4]]]], // prettier-ignore
    ]);
    expect(values).toEqual([0.5, 0.75, 0.9, 1]);
    // 7 has no finished seed, 9 measured something else, 11 has no value.
    expect(without).toEqual([7, 9, 11]);
  });

  it('a line per value of a second column', () => {
    const lines = [
      alone(4, 1, [effect(0.1), effect(0.5)], { line: 'order tve' }),
      alone(2, 0.5, [effect(0.2), effect(0.6)], { line: 'order vet' }),
    ];
    expect(layAlong(lines, { ...ASKED, experiments: [4, 2] }).series.map(seriesName)).toEqual([
      'IML effect, order tve',
      'IML effect, order vet',
      'Stage-1 effect, order tve',
      'Stage-1 effect, order vet',
    ]);
  });

  it('names stand in the order of the experiments', () => {
    const names = [alone(4, 'vet', [effect(0.1)]), alone(2, 'tve', [effect(0.1)])];
    expect(layAlong(names, { ...ASKED, experiments: [4, 2] }).values).toEqual(['vet', 'tve']);
  });
});

describe('groups', () => {
  const group = (value: number, label: string, experiments: number[], mean: number): AlongCell => ({
    ...{ value, line: '', group: label, experiments, effects: [effect(mean)] },
    singles: experiments.map((experiment) => ({
      experiment,
      effects: [experiment === 3 ? null : effect(mean)],
    })),
  });
  const labels = (cells: AlongCell[]) =>
    layAlong(cells, { ...ASKED, experiments: [1, 2, 3, 4] }).series.map(({ label }) => label);

  it('that each stand at a value of their own are one line, told by that value', () => {
    const cells = [group(0.5, 'α 0.5', [1, 2], 0.1), group(1, 'α 1', [3, 4], 0.2)];
    expect(labels(cells)).toEqual(['']);
    const { series, without } = layAlong(cells, { ...ASKED, experiments: [1, 2, 3, 4] });
    expect(series[0]!.points.map(({ singles }) => singles)).toEqual([
      [
        { experiment: 1, mean: 0.1 },
        { experiment: 2, mean: 0.1 },
      ],
      // What found nothing has no mark, and is counted in the group all the same.
      [{ experiment: 4, mean: 0.2 }],
    ]);
    expect(without).toEqual([]);
  });

  it('that stand at several values, or share one, are lines under their names', () => {
    const over = [group(0.5, 'tve', [1], 0.1), group(1, 'tve', [2], 0.2), group(0.5, 'vet', [4], 0.3)];
    expect(labels(over)).toEqual(['tve', 'vet']);
    expect(labels([group(1, 'tve', [1], 0.1), group(1, 'vet', [2], 0.2)])).toEqual(['tve', 'vet']);
  });
});
