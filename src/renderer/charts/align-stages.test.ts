import { describe, expect, it } from 'vitest';
import type { CurvesReply } from '#shared/api/analysis.ts';
import { alignCurves, sameStages, sharedStages, stageTicks } from './align-stages.ts';

function reply(stages: CurvesReply['stages'], values: [epoch: number, value: number][]): CurvesReply {
  const points = values.map(([epoch, mean]) => ({ epoch, mean, low: null, high: null, n: 1 }));
  const curves: CurvesReply['curves'] = [{ subset: 'd1consis', points }];
  return { experiment: 1, metric: 'exact_match', stages, curves, traces: [], n: 1, chance: null };
}

const short = reply(
  [
    { stage: 'stage1', from: 0, to: 2 },
    { stage: 'stage2', from: 2, to: 5 },
  ],
  [
    [0, 0.1],
    [2, 0.2],
    [3, 0.9],
    [5, 1],
  ],
);
const long = reply(
  [
    { stage: 'stage0', from: 0, to: 1 },
    { stage: 'stage1', from: 1, to: 11 },
    { stage: 'stage2', from: 11, to: 12 },
  ],
  [
    [0, 0],
    [11, 0.3],
    [12, 0.4],
  ],
);
const shared = sharedStages([short, long]);
const drawn = (of: CurvesReply) =>
  alignCurves(of, shared).curves[0].points.map(({ epoch, mean }) => [epoch, mean]);

describe('stages on one axis', () => {
  it('are as long as the longest of each, in training order', () => {
    expect(shared).toEqual([
      { stage: 'stage0', from: 0, to: 1 },
      { stage: 'stage1', from: 1, to: 11 },
      { stage: 'stage2', from: 11, to: 14 },
    ]);
    expect([sameStages([short, short]), sameStages([short, long])]).toEqual([true, false]);
  });

  it('a curve rises only within the stage in which it rose', () => {
    expect(drawn(short)).toEqual([
      [1, 0.1],
      [3, 0.2],
      // Level until stage 2 begins, which is when it rises.
      [11, 0.2],
      [12, 0.9],
      [14, 1],
    ]);
    expect(drawn(long)).toEqual([
      [0, 0],
      [11, 0.3],
      [12, 0.4],
    ]);
  });

  it('ticks count epochs within each stage', () => {
    expect(stageTicks(shared)).toEqual([
      { value: 0, epoch: 0 },
      { value: 3, epoch: 2 },
      { value: 5, epoch: 4 },
      { value: 7, epoch: 6 },
      { value: 9, epoch: 8 },
      { value: 11, epoch: 10 },
      { value: 13, epoch: 2 },
    ]);
  });
});
