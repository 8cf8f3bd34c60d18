/**
 * Several runs of one seed count once. They share facts, split, weights and stage 1, so that they are no
 * independent repetitions: whatever is measured is averaged over the runs of a seed first, and only seeds
 * enter intervals and tests.
 */
import type { RunRecord } from '../records.ts';
import { mean } from './describe.ts';

/** Runs whose stage 2 starts from the end of the stage before; others belong to the analysis of starting points. */
export function fromTheEnd({ stage1_epoch }: Pick<RunRecord, 'stage1_epoch'>): boolean {
  return stage1_epoch === null;
}

/** The first run of each seed. */
export function firstOfSeeds<T extends { seed: number }>(runs: readonly T[]): T[] {
  return [...Map.groupBy(runs, ({ seed }) => seed).values()].map(([first]) => first);
}

/** One value per seed, in the order in which the seeds first occur: the mean over its runs. */
export function seedMeans<T extends { seed: number }>(
  runs: readonly T[],
  value: (run: T) => number,
): number[] {
  return [...Map.groupBy(runs, ({ seed }) => seed).values()].map((ofSeed) => mean(ofSeed.map(value)));
}
