import { describe, expect, it } from 'vitest';
import type { Engine } from '#lab/engines/engine.ts';
import { countComputed, peakFor } from './peak-share.ts';

const ONNX = { engine: 'onnx' };

function counted(seconds: number, ...runs: Parameters<ReturnType<typeof countComputed>['ended']>[]) {
  let at = 0;
  const computed = countComputed(
    () => at,
    () => Promise.resolve(50e9),
  );
  at = 1000 * seconds;
  for (const run of runs) computed.ended(...run);
  return computed.sentence();
}

describe('the share of what a machine can multiply', () => {
  it('is of all runs, from the first start to the last end', async () => {
    expect(await counted(100, [ONNX, 1e12], [ONNX, 3e12])).toMatch(
      /40\.0 GFLOP\/s .*: 80 % of the 50\.0 GFLOP/,
    );
  });

  it.each([
    ['start-up is most of it', 29, [[ONNX, 1e12]]],
    [
      'a run went on from what an earlier process did, or failed',
      100,
      [
        [ONNX, 1e12],
        [ONNX, null],
      ],
    ],
    [
      'engines differ',
      100,
      [
        [ONNX, 1e12],
        [{ engine: 'reference' }, 1e12],
      ],
    ],
    ['the reference computed', 100, [[{ engine: 'reference' }, 1e12]]],
    ['the model is so small that it hardly multiplies', 100, [[ONNX, 2e10]]],
    ['nothing was trained', 100, []],
  ] as const)('is not told where %s', async (_why, seconds, runs) => {
    expect(await counted(seconds, ...(runs as unknown as [typeof ONNX, number | null][]))).toBeNull();
  });
});

describe('what a share is of', () => {
  it.each([
    ['is measured by large products', 1e10, 50e9, [128, 1024], 80e9],
    ['is not asked of a software GPU, which would take minutes', 1e8, 4e8, [128], null],
    ['is not asked where small products show that the share is less than a percent', 2e8, 50e9, [128], null],
  ])('%s', async (_why, rate, small, asked, peak) => {
    const sides: number[] = [];
    const measure = (_engine: Engine, side = 1024) => {
      sides.push(side);
      return Promise.resolve(side === 1024 ? 80e9 : small);
    };
    expect(await peakFor(rate, {} as Engine, measure)).toBe(peak);
    expect(sides).toEqual(asked);
  });
});
