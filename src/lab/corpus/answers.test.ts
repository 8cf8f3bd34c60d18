import { describe, expect, it } from 'vitest';
import { exactMatch, normaliseAnswer } from './answers.ts';

describe('normaliseAnswer', () => {
  it.each([
    ['The  Dead Sea!', 'dead sea'],
    ['an actor, a SINGER', 'actor singer'],
    ["Côte d'Ivoire", 'côte divoire'],
    ['ZOE\u0308', 'zoë'],
    ['theatre', 'theatre'],
    ['Ása', 'ása'],
    ['1940s', '1940s'],
    ['A', 'a'],
    ['the', 'the'],
    ['?!', '?!'],
    ['  ', ''],
  ])('%j becomes %j', (answer, normalised) => expect(normaliseAnswer(answer)).toBe(normalised));
});

describe('exactMatch', () => {
  it('takes any accepted answer, and only a whole one', () => {
    expect(exactMatch('the british ', ['French', 'British'])).toBe(true);
    expect(exactMatch('British actor', ['British'])).toBe(false);
    expect(exactMatch('', ['the'])).toBe(false);
    expect(exactMatch('x', [])).toBe(false);
  });

  it('tells single letters apart that are articles or not', () => {
    expect(exactMatch('a', ['A'])).toBe(true);
    expect(exactMatch('the', ['A'])).toBe(false);
  });
});
