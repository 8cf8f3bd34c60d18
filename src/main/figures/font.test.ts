import { describe, expect, it } from 'vitest';
import { SUBSETS, subsetTitle, TEST_SUBSETS } from '#shared/subsets.ts';
import { fitted, lacking, widthOf, wrapped } from './font.ts';

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

  it('breaks a text at spaces into lines that fit, longer words within, and loses nothing', () => {
    const text = 'Stage-1 effect: Ḋ₁ᶜᵒⁿˢ QA₁ (qd1consis) − D̄₂ⁱⁿᶜᵒⁿˢ QA₂ (qd2incons) after stage 1';
    const lines = wrapped(text, 8, 120);
    expect(lines.join(' ')).toBe(text);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(widthOf(line, 8)).toBeLessThanOrEqual(120);
    expect(wrapped(text, 8, 1000)).toEqual([text]);
    const broken = wrapped('of q_no_replacement_baseline', 8, 40);
    expect(broken.join('')).toBe('ofq_no_replacement_baseline');
    expect(broken[0]).toBe('of');
    for (const line of broken) expect(widthOf(line, 8)).toBeLessThanOrEqual(40);
    expect(wrapped('ab', 8, 1)).toEqual(['a', 'b']);
    expect(wrapped('', 8, 40)).toEqual(['']);
  });
});
