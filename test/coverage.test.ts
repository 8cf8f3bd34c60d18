/** Intervals called 95 % cover about 95 %, and the headline claims about 5 % of effects that are not there. */
import { describe, expect, it } from 'vitest';
import { falsePages, ratesOf, type Kind } from './coverage.ts';

const KINDS: Kind[] = ['exact match, 120 questions', 'skewed (skewness 1)'];

describe.each(KINDS)('%s', (kind) => {
  it.each([3, 6, 10])('%i seeds: intervals cover 93 to 97 %', (n) => {
    const { coverage, subset } = ratesOf(kind, n, 1500);
    expect(coverage).toBeGreaterThan(0.93);
    expect(coverage).toBeLessThan(0.97);
    expect(subset).toBeGreaterThan(0.92);
    expect(subset).toBeLessThan(0.98);
  });
});

describe('no effect', () => {
  it.each([
    [3, 4000],
    [5, 2500],
    [6, 2500],
    [10, 1500],
    [20, 400],
  ])('%i seeds: 4 to 6 %% of headlines claim one', (n, repetitions) => {
    const { falseHeadlines, coverage } = ratesOf('normal', n, repetitions);
    expect(falseHeadlines).toBeGreaterThan(0.04);
    expect(falseHeadlines).toBeLessThan(0.06);
    expect(coverage).toBeGreaterThan(0.93);
    expect(coverage).toBeLessThan(0.97);
  });

  it('no more than 6 % of pages with seven comparisons claim one of them', () => {
    const share = falsePages('normal', 5, 1000);
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.06);
  });
});
