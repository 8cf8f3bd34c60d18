import { expect, it } from 'vitest';
import { Markup } from './markup.ts';
import { droppedSection, figureSection } from './sections.ts';

it('a figure of one seed claims no interval', () => {
  const of = (n: number) => String(figureSection(new Markup('<svg/>'), n, 'exact_match'));
  expect(of(2)).toContain('Bands are 95 % intervals over seeds; dashed lines separate the stages.');
  expect(of(1)).toContain('over the finished runs. Dashed lines separate the stages.');
});

it('rows that were left out are counted as everywhere else', () => {
  const dropped = [{ reason: 'no name', count: 1234, example: '' }];
  const text = (rowsRead: number) => String(droppedSection({ rowsRead, rowsKept: rowsRead - 1234, dropped }));
  expect(text(12_345)).toMatch(/11,111 of 12,345 rows were kept.*1,234/s);
});
