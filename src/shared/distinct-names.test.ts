import { expect, it } from 'vitest';
import { distinctNames, tellingNames, valuesOf } from './distinct-names.ts';

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

it('tells of a sweep the fields that differ, by the last part of their paths', () => {
  expect(tellingNames(['s: a.b=1, c.lr=0.1', 's: a.b=2, c.lr=0.1'])).toEqual(['b=1', 'b=2']);
  expect(tellingNames(['s: a.b=1, c.lr=0.1', 's: a.b=2, c.lr=0.3'])).toEqual(['b=1, lr=0.1', 'b=2, lr=0.3']);
  // Two fields that end alike keep their paths.
  expect(tellingNames(['s: one.lr=1, two.lr=1', 's: one.lr=2, two.lr=3'])).toEqual([
    'one.lr=1, two.lr=1',
    'one.lr=2, two.lr=3',
  ]);
  // A value may be a list.
  expect(tellingNames(['s: o=1, 2, p=3', 's: o=1, 3, p=3'])).toEqual(['o=1, 2', 'o=1, 3']);
});

it('leaves names of other kinds as they are', () => {
  expect(tellingNames(['pocket', 'a=1'])).toEqual(['pocket', 'a=1']);
  expect(tellingNames(['s: a=1', 's: a=1'])).toEqual(['a=1', 'a=1']);
  expect(tellingNames(['s: a=1', 's: b=1'])).toEqual(['a=1', 'b=1']);
  expect(tellingNames(['a=1, b=2'])).toEqual(['a=1, b=2']);
});
