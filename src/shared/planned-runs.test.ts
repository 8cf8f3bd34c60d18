import { expect, it } from 'vitest';
import { describeRuns, plannedRuns, runNoun, runTitle } from './planned-runs.ts';

const config = (seeds: number[], seeds_stage2: number[] | null) =>
  ({ seeds, seeds_stage2, training: { pipeline: 'two-stage', stage2_from: 'end' } }) as unknown as Parameters<
    typeof plannedRuns
  >[0];

it.each([
  ['seeds', config([0, 1], null), 'seed', ['Seed 0', 'Seed 1'], '2 seeds = 2 runs.'],
  [
    'runs where a seed has several',
    config([3], [0, 1]),
    'run',
    ['Seed 3, stage-2 seed 0', 'Seed 3, stage-2 seed 1'],
    '1 seed × 2 stage-2 seeds = 2 runs; stage 1 is trained once.',
  ],
] as const)('are counted as %s, and each is told apart', (_, of, noun, titles, words) => {
  const runs = plannedRuns(of);
  expect(runNoun(runs)).toBe(noun);
  expect(runs.map(runTitle)).toEqual(titles);
  expect(describeRuns(of)).toBe(words);
});
