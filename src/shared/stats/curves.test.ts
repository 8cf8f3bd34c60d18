import { describe, expect, it } from 'vitest';
import type { RunValues } from '../records.ts';
import { atSharedEpochs, curvesOver, sharedSpans } from './curves.ts';

const span = (stage: 'stage1' | 'stage2', from: number, to: number) => ({ stage, from, to });

it('every stage begins at the same place, and is as long as the longest', () => {
  expect(
    sharedSpans([
      [span('stage1', 0, 4), span('stage2', 4, 6)],
      [span('stage1', 0, 2), span('stage2', 2, 7)],
    ]),
  ).toEqual([span('stage1', 0, 4), span('stage2', 4, 9)]);
  expect(sharedSpans([])).toEqual([]);
});

/** A run with its values at epochs of stage 1. */
function run(id: number, seed: number, values: Record<number, number>): RunValues {
  return {
    run: { id, seed, stage1_epoch: null },
    evaluations: Object.entries(values).map(([epoch, q]) => ({
      ...{ stage: 'stage1', epoch: Number(epoch) },
      values: { q },
    })),
  } as unknown as RunValues;
}

describe('curves over runs of several experiments', () => {
  const stages = [span('stage1', 0, 4)];
  const often = run(1, 0, { 1: 0.1, 2: 0.2, 3: 0.3, 4: 0.4 });
  const seldom = run(2, 0, { 2: 0.6, 4: 0.8 });
  const other = run(3, 1, { 1: 0.5, 2: 0.5, 3: 0.5, 4: 0.5 });

  const epochsOf = (runs: RunValues[]) =>
    atSharedEpochs(curvesOver(runs, stages).curves, runs, stages)[0]!.points.map(({ epoch, mean, n }) => [
      epoch,
      Number(mean.toFixed(10)),
      n,
    ]);

  it('average the runs of a seed first, and leave out epochs that one was not asked at', () => {
    // Seed 0: (0.2 + 0.6) / 2 and (0.4 + 0.8) / 2; seed 1: 0.5.
    expect(epochsOf([often, seldom, other])).toEqual([
      [2, 0.45, 2],
      [4, 0.55, 2],
    ]);
  });

  it('go on beyond a run that is not as far yet', () => {
    const behind = run(4, 2, { 1: 0.9, 2: 0.9 });
    expect(epochsOf([often, other, behind]).map(([epoch]) => epoch)).toEqual([1, 2, 3, 4]);
  });
});
