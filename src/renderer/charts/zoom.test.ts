import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, byKey, moved, nearer, short, type Range } from './zoom.ts';

const WHOLE: Range = [0, 20];
/** A chart of 200 × 100 pixels at (10, 10), y growing upwards. */
function chart([xMin, xMax]: Range = WHOLE) {
  const scale = (min: number, max: number, from: number, to: number) => ({
    ...{ min, max },
    getValueForPixel: (pixel: number) => min + ((pixel - from) / (to - from)) * (max - min),
  });
  const scales = { x: scale(xMin, xMax, 10, 210), y: scale(0, 100, 110, 10) };
  return { scales, chartArea: { left: 10, right: 210, top: 10, bottom: 110 } } as never;
}

describe('a part of a chart', () => {
  it('is what was dragged over; a flat stretch is one of the x axis', () => {
    const from = { x: 60, y: 30 };
    expect(between(chart(), from, { x: 110, y: 80 }, null)).toEqual({ x: [5, 10], y: [30, 80] });
    expect(between(chart(), from, { x: 110, y: 34 }, null)).toEqual({ x: [5, 10], y: null });
    expect(between(chart(), from, { x: 62, y: 80 }, { x: [1, 2], y: null })).toEqual({
      ...{ x: [1, 2], y: [30, 80] },
    });
    expect(between(chart(), from, { x: 63, y: 31 }, null)).toBeNull();
  });

  it('ends where the chart does', () => {
    expect(between(chart(), { x: 110, y: 0 }, { x: 900, y: 0 }, null)).toEqual({ x: [10, 20], y: null });
  });

  it('follows the keys', () => {
    expect(byKey('+', chart(), WHOLE, null)?.zoom?.x).toEqual([2.5, 17.5]);
    expect(byKey('-', chart([2.5, 17.5]), WHOLE, { x: [2.5, 17.5], y: null })).toEqual({ zoom: null });
    const part = { x: [5, 10] as Range, y: null };
    expect(byKey('ArrowRight', chart([5, 10]), WHOLE, part)?.zoom?.x).toEqual([6.25, 11.25]);
    expect(byKey('0', chart([5, 10]), WHOLE, part)).toEqual({ zoom: null });
    for (const key of ['0', 'ArrowLeft', 'x']) expect(byKey(key, chart(), WHOLE, null)).toBeNull();
  });

  it('stays within all of it, however it is turned and moved', () => {
    const share = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), share), { maxLength: 12 }), (steps) => {
        let now: Range = WHOLE;
        for (const [turns, by] of steps) {
          const [min, max] = now;
          now = (turns ? nearer({ min, max }, WHOLE, 2 ** by) : moved({ min, max }, WHOLE, by)) ?? WHOLE;
          expect(now[0]).toBeGreaterThanOrEqual(WHOLE[0]);
          expect(now[1]).toBeLessThanOrEqual(WHOLE[1]);
          expect(now[0]).toBeLessThan(now[1]);
        }
      }),
    );
  });

  it('has short limits that are still two', () => {
    expect(short([1.23456789, 7.98765])).toEqual([1.235, 7.988]);
    expect(short([1e-9, 2e-9])).toEqual([1e-9, 2e-9]);
  });
});
