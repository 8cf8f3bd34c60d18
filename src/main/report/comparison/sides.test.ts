import { expect, it } from 'vitest';
import type { ExperimentRecord, RunEvaluations, RunState } from '#shared/records.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { overSide, sidesOf, sideTitle, sideWith, type ExperimentRuns } from './sides.ts';

const config = resolveConfig({ dataset: { kind: 'world' }, seeds: [0] });

/** An experiment with runs of these seeds, each in a state. */
function ran(id: number, runs: [seed: number, state: RunState][]): ExperimentRuns {
  return {
    experiment: { id, name: `e${id}`, config } as ExperimentRecord,
    runs: runs.map(([seed, state], i) => ({
      run: { id: 10 * id + i, seed, state, stage1_epoch: null },
      evaluations: [],
    })) as unknown as RunEvaluations[],
  };
}

const group = (label: string, experiments: number[]) => ({
  label,
  experiments,
  metric: 'exact_match' as const,
});

it('a group is even where all of its experiments finished the same seeds, in whatever order', () => {
  const given = [
    ran(1, [
      [0, 'done'],
      [1, 'done'],
    ]),
    ran(2, [
      [1, 'done'],
      [0, 'done'],
    ]),
    // Of seed 1 nothing counts: it did not finish.
    ran(3, [
      [0, 'done'],
      [1, 'failed'],
    ]),
  ];
  const [even, uneven] = sidesOf(given, [group('alpha 1', [1, 2]), group('alpha 0.5', [2, 3])]);
  expect(even).toMatchObject({ id: 1, name: 'alpha 1', over: '2 experiments', uneven: false });
  expect(uneven).toMatchObject({ id: 2, uneven: true });
  expect([overSide(even!), overSide(uneven!)]).toEqual([
    '2 experiments, 4 runs, n = 2 seeds',
    '2 experiments, 3 runs, n = 2 seeds',
  ]);
  expect(sideTitle(even!)).toBe('alpha 1 (2 experiments)');
});

it('without groups each experiment stands by itself; a baseline is found wherever it is', () => {
  const given = [ran(4, [[0, 'done']]), ran(9, [[0, 'done']])];
  const alone = sidesOf(given, null);
  expect(alone.map(sideTitle)).toEqual(['e4 (4)', 'e9 (9)']);
  expect(alone.map(({ uneven }) => uneven)).toEqual([undefined, undefined]);
  const groups = sidesOf(given, [group('a', [9]), group('b', [4])]);
  expect(sideWith(groups, 4)?.name).toBe('b');
  expect(sideWith(groups, null)?.name).toBe('a');
});
