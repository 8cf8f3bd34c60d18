import { describe, expect, it } from 'vitest';
import { addedSeedsNote, newSeeds } from './added-seeds.ts';

describe('new seeds', () => {
  it.each<[string, number[]]>([
    ['5', [3, 4]],
    ['2..4', [3, 4]],
    ['9,1,7', [9, 7]],
  ])('of %s', (text, expected) => expect(newSeeds(text, { seeds: [0, 1, 2] })).toEqual(expected));

  it.each([
    ['3', /^seeds: the experiment has all of 3 already; name others, for example 3\.\.7$/],
    ['[2]', /^seeds: the experiment has seed 2 already/],
    ['x', /^seeds: "x" is neither a count, a range nor a list/],
  ])('are refused: %s', (text, message) =>
    expect(() => newSeeds(text, { seeds: [0, 1, 2] })).toThrow(message),
  );
});

describe('the note', () => {
  const addition = { created_at: '2026-11-28T10:00:00.000Z', seeds: [5, 6], finished: 5 };

  it('names when, how many, and after how many', () =>
    expect(addedSeedsNote([addition, { ...addition, seeds: [7], finished: 7 }])).toMatch(
      /: 2 seeds on 2026-11-28, when 5 seeds had finished; 1 seed on 2026-11-28, when 7 seeds had finished\. If/,
    ));

  it('is left out where nothing could be seen', () => {
    expect(addedSeedsNote([])).toBeNull();
    expect(addedSeedsNote([{ ...addition, finished: 0 }])).toBeNull();
  });
});
