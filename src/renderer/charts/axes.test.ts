import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tickText } from './axes.ts';

const texts = (values: readonly number[]) => {
  const ticks = values.map((value) => ({ value }));
  return values.map((value, i) => tickText(value, i, ticks));
};

describe('ticks', () => {
  it('have as many decimals as tell them apart, and a true minus', () => {
    expect(texts([-10, -5, 0, 5])).toEqual(['−10', '−5', '0', '5']);
    expect(texts([0, 0.05, 0.1, 0.15])).toEqual(['0.00', '0.05', '0.10', '0.15']);
    expect(texts([0, 500, 1000, 1500])).toEqual(['0', '500', '1,000', '1,500']);
    expect(texts([7])).toEqual(['7']);
    expect(texts([])).toEqual([]);
  });

  it('are told apart, and say their value, for every step that Chart.js takes', () => {
    const step = fc
      .constantFrom(1, 2, 5)
      .chain((digit) => fc.integer({ min: -5, max: 5 }).map((e) => digit * 10 ** e));
    fc.assert(
      fc.property(step, fc.integer({ min: -20, max: 20 }), fc.integer({ min: 2, max: 12 }), (by, from, n) => {
        const values = Array.from({ length: n }, (_, i) => (from + i) * by);
        const written = texts(values);
        expect(new Set(written).size).toBe(n);
        for (const [i, text] of written.entries()) {
          const value = Number(text.replace('−', '-').replaceAll(',', ''));
          expect(Math.abs(value - (values[i] ?? NaN))).toBeLessThan(by / 1000);
        }
      }),
    );
  });
});
