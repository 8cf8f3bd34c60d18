import { expect, it } from 'vitest';
import { cellText } from './cell-text.ts';
import { columnNamed } from './columns.ts';

it.each([
  ['subsets.seed', 1_234_567, '1234567'],
  ['subsets.seed', 4_294_967_295, '4294967295'],
  ['training.stage1.lr', 0.000_333_333_333, '0.000333333'],
  ['seconds', 59.96, '1 min 00 s'],
  ['seconds', 0, '–'],
  ['d1consis', 0.2875, '28.8'],
  ['iml', -0.0001, '0.0'],
] as const)('%s %d is written as %s', (name, cell, text) => {
  expect(cellText(columnNamed(name), cell, 'exact_match')).toBe(text);
});

it('a time says that it is UTC: lists beside it have the time here', () => {
  for (const name of ['created', 'finished']) {
    const column = columnNamed(name);
    expect(column.label).toMatch(/, UTC$/);
    expect(cellText(column, '2026-11-30T23:28:40.123Z', 'exact_match')).toBe('2026-11-30 23:28');
  }
});
