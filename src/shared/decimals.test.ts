import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percent } from '../main/cli/output.ts';
import { metricText } from '../renderer/lib/metric-text.ts';
import { decimals, digitsText, perCent, shortPercentText, signedDecimals } from './decimals.ts';
import { amount } from './stats/amount.ts';

const sizes = fc.double({ min: 0, max: 1e6, noNaN: true });
const places = fc.integer({ min: 0, max: 6 });

describe('numbers with decimals', () => {
  it('are the same either way round, and never a zero with a sign', () => {
    fc.assert(
      fc.property(sizes, places, (size, digits) => {
        const [above, below] = [signedDecimals(size, digits), signedDecimals(-size, digits)];
        expect(below.replace('−', '+')).toBe(above);
        expect(Number(decimals(size, digits))).toBeCloseTo(size, Math.max(0, digits - 1));
        for (const text of [above, below]) expect(text).not.toMatch(/^[+−][0.]+$/);
      }),
    );
  });

  it.each([
    [-0.004, '0.00', '0.00'],
    [0.004, '0.00', '0.00'],
    [-0.005_001, '−0.01', '−0.01'],
    [1.239, '1.24', '+1.24'],
  ])('%d is %s, with a sign %s', (value, plain, signed) => {
    expect([decimals(value, 2), signedDecimals(value, 2)]).toEqual([plain, signed]);
  });

  it.each([
    [0.012_34, '0.0123'],
    [-4.5, '−4.5'],
    [-1e-9, '−1e-9'],
  ])('%d with three digits is %s', (value, text) => expect(digitsText(value, 3)).toBe(text));
});

describe('a share', () => {
  it.each([
    [23, 80, '28.8'],
    [41, 80, '51.3'],
    [29, 400, '7.3'],
    [1, 3, '33.3'],
    [0, 5, '0.0'],
    [5, 5, '100.0'],
  ])('of %i of %i is %s per cent', (part, all, text) => expect(perCent(part / all)).toBe(text));

  it.each([
    [0.25, 1, '25 %'],
    [0.2875, 1, '28.8 %'],
    [0.285_04, 2, '28.5 %'],
    [1, 1, '100 %'],
    [0, 1, '0 %'],
    [-0.15, 1, '−15 %'],
  ])('%d with %i digits where they count is %s', (share, digits, text) =>
    expect(shortPercentText(share, digits)).toBe(text),
  );

  it('is the same figure in a table, a report, the window and the command line', () => {
    const counts = fc.integer({ min: 1, max: 2000 }).chain((all) => fc.tuple(fc.nat(all), fc.constant(all)));
    fc.assert(
      fc.property(counts, ([part, all]) => {
        const text = amount(part / all, 'exact_match');
        expect(percent(part / all)).toBe(`${text}%`);
        expect(metricText(part / all, 'exact_match')).toBe(`${text} %`);
        // Halves go up, counted in whole numbers.
        expect(Number(text)).toBe(Math.floor((2000 * part + all) / (2 * all)) / 10);
      }),
      { numRuns: 2000 },
    );
  });
});
