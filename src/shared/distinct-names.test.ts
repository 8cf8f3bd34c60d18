import { expect, it } from 'vitest';
import { distinctNames, valuesOf } from './distinct-names.ts';

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

it('tells the values of one field', () => {
  expect(valuesOf(['a.b=1', 'a.b=2'])).toEqual({ field: 'a.b', values: ['1', '2'] });
  expect(valuesOf(['a=1', 'b=2'])).toBeNull();
  expect(valuesOf(['a=1, b=1', 'a=2, b=1'])).toBeNull();
  expect(valuesOf(['pocket', 'a=1'])).toBeNull();
  expect(valuesOf(['a=1'])).toBeNull();
});
