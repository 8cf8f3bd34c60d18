import { expect, it } from 'vitest';
import { COPIES, intervalText } from './copied-table.ts';

const table = {
  head: ['Subset', 'one | two (1)'],
  rows: [
    ['=cmd()', '+4.6 (3.1 to 6.0)'],
    ['a\tb\nc', '−0.3'],
  ],
};

it('as TSV has one cell a column, and nothing that a spreadsheet takes for a formula', () => {
  expect(COPIES.tsv(table)).toBe("Subset\tone | two (1)\n'=cmd()\t4.6 (3.1 to 6.0)\na b c\t−0.3\n");
});

it('as Markdown has one cell a column', () => {
  const lines = COPIES.markdown(table).trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  for (const line of lines) expect(line.match(/(?<!\\)\|/g)).toHaveLength(3);
  expect(lines[0]).toContain('one \\| two (1)');
});

it('writes means as the page does', () => {
  expect(intervalText({ mean: 0.046, low: 0.031, high: 0.06 }, 'exact_match', true)).toBe(
    '+4.6 (3.1 to 6.0)',
  );
  expect(intervalText({ mean: 0.046, low: null, high: null }, 'exact_match')).toBe('4.6');
  expect(intervalText(null, 'exact_match')).toBe('–');
});
