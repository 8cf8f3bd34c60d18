import { describe, expect, it } from 'vitest';
import { SUBSETS, subsetTitle, TEST_SUBSETS } from '#shared/subsets.ts';
import { fitted, lacking, widthOf } from './font.ts';

describe('the font of figures', () => {
  it('has every letter of the notation, and says which letters it lacks', () => {
    expect(lacking(Object.values(SUBSETS).map(({ notation }) => notation))).toEqual([]);
    expect(lacking(['Truthfulness α ≥ 0.5 − “x” …', ...TEST_SUBSETS.map(subsetTitle)])).toEqual([]);
    expect(lacking(['run 試験', '試'])).toEqual(['試', '験']);
  });

  it('measures a line as the sum of its words, in proportion to its size, accents as nothing', () => {
    expect(widthOf('17.3 to 19', 8)).toBeCloseTo(
      widthOf('17.3 ', 8) + widthOf('to ', 8) + widthOf('19', 8),
      9,
    );
    expect(widthOf('abc', 14)).toBeCloseTo(2 * widthOf('abc', 7), 9);
    expect(widthOf('D̄', 8)).toBeCloseTo(widthOf('D', 8), 9);
    expect(widthOf('ᶜ', 10)).toBeCloseTo(0.72 * widthOf('c', 10), 9);
  });

  it('leaves out of a text what does not fit, and nothing else', () => {
    expect(fitted('tags.correlation', 8, 1000)).toBe('tags.correlation');
    const short = fitted('tags.correlation', 8, 40);
    expect(short).toMatch(/^tags.*…$/);
    expect(widthOf(short, 8)).toBeLessThanOrEqual(40);
  });
});
