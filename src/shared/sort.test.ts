import { describe, expect, it } from 'vitest';
import { sortRows } from './sort.ts';

const rows = [
  { name: 'b', effect: 2 },
  { name: 'a', effect: null },
  { name: 'c', effect: -1 },
  { name: 'd', effect: 2 },
];
const names = (sorted: typeof rows) => sorted.map(({ name }) => name).join('');

describe('sortRows', () => {
  it('sorts both ways, with rows that have no value last in both', () => {
    expect(names(sortRows(rows, ({ effect }) => effect, true))).toBe('bdca');
    expect(names(sortRows(rows, ({ effect }) => effect, false))).toBe('cbda');
  });

  it('sorts words, and leaves the rows it was given as they are', () => {
    expect(names(sortRows(rows, ({ name }) => name, true))).toBe('dcba');
    expect(names(rows)).toBe('bacd');
  });
});
