/** Scoring against test/golden/answers.py, which follows the written rules with Python's own means. */
import { describe, expect, it } from 'vitest';
import golden from '../../../test/golden/answers.json' with { type: 'json' };
import { exactMatch, normaliseAnswer, tokenF1 } from './answers.ts';

describe('normaliseAnswer', () => {
  it.each(golden.normalised)('%j becomes %j', (answer, normalised) =>
    expect(normaliseAnswer(answer)).toBe(normalised),
  );
});

describe('scores', () => {
  it.each(golden.pairs)('of $answer against $gold', ({ answer, gold, exact, f1 }) => {
    expect(exactMatch(answer, [gold])).toBe(exact);
    expect(tokenF1(answer, [gold])).toBeCloseTo(f1, 12);
  });

  it.each(golden.several)('of $answer, best over $golds', ({ answer, golds, exact, f1 }) => {
    expect(exactMatch(answer, golds)).toBe(exact);
    expect(tokenF1(answer, golds)).toBeCloseTo(f1, 12);
  });
});
