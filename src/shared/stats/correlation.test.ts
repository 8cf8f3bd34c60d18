import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { correlationOf } from './correlation.ts';

/** Made by test/golden/correlation.py with SciPy. */
interface Golden {
  cases: { x: number[]; y: number[]; r: number; low: number; high: number }[];
}
const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/correlation.json', import.meta.url), 'utf8'),
) as Golden;
const pairs = (x: readonly number[], y: readonly number[]) => x.map((value, i) => [value, y[i]!] as const);

describe('correlation', () => {
  it.each(golden.cases)('of $x.length pairs, as SciPy has it', ({ x, y, r, low, high }) => {
    const found = correlationOf(pairs(x, y))!;
    expect(found.n).toBe(x.length);
    expect(found.r).toBeCloseTo(r, 12);
    expect(found.low).toBeCloseTo(low, 10);
    expect(found.high).toBeCloseTo(high, 10);
  });

  it('is not stated for three pairs, nor where one of the two does not vary', () => {
    expect(correlationOf(pairs([1, 2, 3], [1, 2, 3]))).toBeNull();
    expect(correlationOf(pairs([1, 2, 3, 4], [5, 5, 5, 5]))).toBeNull();
  });

  it('of a straight line is 1, with no more than that in its interval', () => {
    const found = correlationOf(pairs([1, 2, 3, 4, 5], [10, 20, 30, 40, 50]))!;
    expect(found).toEqual({ r: 1, low: 1, high: 1, n: 5 });
  });
});
