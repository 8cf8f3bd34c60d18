import { expect, it } from 'vitest';
import type { ComparedPoints, CompareReply } from '#shared/api/analysis.ts';
import type { TagEffect } from '#shared/stats/effects.ts';
import { along } from './along.ts';

const effect = (mean: number, metric = 'exact_match') =>
  ({ mean, metric, n: 3, per_seed: [] }) as unknown as TagEffect;
const compared = {
  experiments: [4, 2, 7, 9].map((experiment) => ({ experiment, effects: { metric: 'exact_match' } })),
  contrasts: [
    { title: 'IML effect', effects: [effect(0.1), effect(0.2), null, effect(0.4, 'mse')] },
    { title: 'Stage-1 effect', effects: [effect(0.5), effect(0.6), null, null] },
  ],
} as unknown as CompareReply;

function points(
  cells: [experiment: number, first: number | string | null, second?: string][],
): ComparedPoints {
  return {
    columns: [{ label: 'alpha' }, { label: 'order' }] as ComparedPoints['columns'],
    rows: cells.map(([experiment, first, second = '']) => ({
      ...{ experiment, run: null, seed: null, cells: [first, second], texts: [String(first), second] },
    })),
  };
}

it('a line per effect, from left to right, without what has no value or was not measured', () => {
  const laid = along(
    compared,
    points([
      [4, 1],
      [2, 0.5],
      [7, 0.75],
      [9, 0.9],
    ]),
    false,
  );
  expect(
    laid.series.map(({ label, points: of }) => [
      label,
      of.map(({ value, experiment }) => [value, experiment]),
    ]),
  ).toEqual([
    [
      'IML effect',
      [
        [0.5, 2],
        [1, 4],
      ],
    ],
    [
      'Stage-1 effect',
      [
        [0.5, 2],
        [1, 4],
      ],
    ],
  ]);
  expect(laid.values).toEqual([0.5, 0.75, 0.9, 1]);
  // 7 has no finished seed, 9 measured something else.
  expect(laid.without).toEqual([7, 9]);
  expect(
    along(
      compared,
      points([
        [4, null],
        [2, 0.5],
      ]),
      false,
    ).without,
  ).toEqual([4, 7, 9]);
});

it('a line per value of a second column', () => {
  const laid = along(
    compared,
    points([
      [4, 1, 'tve'],
      [2, 0.5, 'vet'],
    ]),
    true,
  );
  expect(laid.series.map(({ label }) => label)).toEqual([
    'IML effect, order tve',
    'IML effect, order vet',
    'Stage-1 effect, order tve',
    'Stage-1 effect, order vet',
  ]);
});

it('names stand in the order of the experiments', () => {
  expect(
    along(
      compared,
      points([
        [4, 'vet'],
        [2, 'tve'],
      ]),
      false,
    ).values,
  ).toEqual(['vet', 'tve']);
});
