import { expect, it } from 'vitest';
import { COPIES } from './copied-table.ts';

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
