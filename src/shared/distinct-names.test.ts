import { expect, it } from 'vitest';
import { distinctNames } from './distinct-names.ts';

it('drops what the combinations of a sweep begin with', () => {
  expect(distinctNames(['s: a=1', 's: a=2'])).toEqual(['a=1', 'a=2']);
  expect(distinctNames(['x: s: a=1', 'x: s: a=2'])).toEqual(['a=1', 'a=2']);
  expect(distinctNames(['x: one: 1', 'x: two: 1'])).toEqual(['one: 1', 'two: 1']);
});

it('leaves names that share nothing, and one alone, as they are', () => {
  expect(distinctNames(['pocket', 'pocket'])).toEqual(['pocket', 'pocket']);
  expect(distinctNames(['s: a=1', 't: a=1'])).toEqual(['s: a=1', 't: a=1']);
  expect(distinctNames(['s: a=1'])).toEqual(['s: a=1']);
  expect(distinctNames(['s: ', 's: a=1'])).toEqual(['s: ', 's: a=1']);
  expect(distinctNames([])).toEqual([]);
});
