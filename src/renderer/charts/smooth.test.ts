import fc from 'fast-check';
import { expect, it } from 'vitest';
import { smoothed, SMOOTHING } from './smooth.ts';

const stages = [
  { stage: 'stage1', from: 0, to: 3 },
  { stage: 'stage2', from: 3, to: 6 },
] as const;
const points = [1, 2, 3, 4, 5, 6].map((epoch) => ({ epoch, value: epoch <= 3 ? 0 : 10 }));
const valueOf = ({ value }: { value: number }) => value;

it('is the mean of neighbours, as many on either side', () => {
  const rising = [0, 1, 2, 3].map((epoch) => ({ epoch, value: [5, 1, 9, 3][epoch]! }));
  expect(smoothed(rising, valueOf, [{ stage: 'stage1', from: 0, to: 3 }], 3)).toEqual([5, 5, 13 / 3, 3]);
});

it('ends where a stage does: a step between two of them stays one', () => {
  expect(smoothed(points, valueOf, stages, 15)).toEqual([0, 0, 0, 10, 10, 10]);
});

it('leaves a straight line as it is, and never leaves what was measured', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SMOOTHING),
      fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 30 }),
      (over, values) => {
        const of = values.map((value, epoch) => ({ epoch, value }));
        const axis = [{ stage: 'stage1', from: 0, to: values.length }] as const;
        const result = smoothed(of, valueOf, axis, over);
        expect(Math.min(...result)).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(Math.max(...result)).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        const line = of.map(({ epoch }) => ({ epoch, value: 3 * epoch + 1 }));
        for (const [i, value] of smoothed(line, valueOf, axis, over).entries())
          expect(value).toBeCloseTo(3 * i + 1, 9);
      },
    ),
  );
});
