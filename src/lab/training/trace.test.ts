import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LossPoint } from '#shared/progress.ts';
import { createTracer } from './trace.ts';

const rows = 10;

/** Trains steps of stages, 10 ms each; the loss is the step's number. */
function traced(stages: readonly number[], stop: { at: number } | null = null) {
  let clock = 0;
  const batches: LossPoint[][] = [];
  const tracer = createTracer(
    (points) => batches.push(points),
    () => clock,
  );
  let step = 0;
  for (const steps of stages)
    for (let stage_step = 1; stage_step <= steps; stage_step++) {
      clock += 10;
      tracer.step({ steps, rows }, { stage: 'stage1', epoch: 0, stage_step, step: ++step }, step);
      if (step === stop?.at) {
        tracer.flush();
        return { points: batches.flat(), batches };
      }
    }
  return { points: batches.flat(), batches };
}

describe('createTracer', () => {
  it('keeps every step of a short stage', () => {
    const { points } = traced([7, 200]);
    expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 207 }, (_, i) => i + 1));
    expect(points[6]).toEqual({ step: 7, loss: 7, examples_per_second: 1000 });
  });

  it('keeps the last step of every stage, means of the others, and few points, at any length', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 4 }), (stages) => {
        const { points } = traced(stages);
        const kept = points.map(({ step }) => step);
        let end = 0;
        for (const steps of stages) expect(kept).toContain((end += steps));
        expect(points.length).toBeLessThanOrEqual(200 * stages.length);
        expect(new Set(kept).size).toBe(kept.length);
        // No step is left out and none counts twice: the means cover the steps since the point before.
        points.forEach(({ step, loss }, i) =>
          expect(loss).toBeCloseTo(((kept[i - 1] ?? 0) + 1 + step) / 2, 9),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('delivers what is open when it stops, and together what came within a second', () => {
    const { points } = traced([2000], { at: 1234 });
    expect(points.at(-1)).toMatchObject({ step: 1234, loss: (1231 + 1234) / 2 });
    const { batches } = traced([2000]);
    expect(batches).toHaveLength(20);
  });
});
