/** The table as text for other programs and for papers. */
import { stringify } from 'csv-stringify/sync';
import { plainJson, safeCell, visible } from '#shared/plain-text.ts';
import type { MetricId } from '#shared/metrics.ts';
import { cellText, isNumeric } from '#shared/table/cell-text.ts';
import type { Column } from '#shared/table/columns.ts';
import type { Cell } from '#shared/table/filter.ts';
import { escapedMarkdown, markdownRows, type TextColumn } from '#shared/markdown.ts';
import { latexName, latexTabular } from '../report/table-markup.ts';

/** Columns and rows, with the headline metric of each row. */
export interface Filled {
  columns: readonly Column[];
  rows: readonly { headline: MetricId; cells: readonly Cell[] }[];
}

export const FORMATS = { csv, md, latex, json } satisfies Record<string, (table: Filled) => string>;
export type Format = keyof typeof FORMATS;

/** The cells as people read them. */
export function cellTexts({ columns, rows }: Filled): string[][] {
  return rows.map(({ headline, cells }) =>
    columns.map((column, i) => visible(cellText(column, cells[i] ?? null, headline))),
  );
}

/** Numbers as they are, not rounded; a cell without a value is empty. */
function csv({ columns, rows }: Filled): string {
  const text = (cell: Cell) =>
    typeof cell === 'string'
      ? safeCell(cell)
      : typeof cell === 'object'
        ? safeCell(cell?.join(', ') ?? '')
        : cell;
  return stringify([
    columns.map(({ id }) => id),
    ...rows.map(({ cells }) =>
      cells.map(text).map((cell) => (typeof cell === 'boolean' ? String(cell) : cell)),
    ),
  ]);
}

function json({ columns, rows }: Filled): string {
  const objects = rows.map(({ cells }) => Object.fromEntries(columns.map(({ id }, i) => [id, cells[i]])));
  return `${plainJson(objects)}\n`;
}

function md(table: Filled): string {
  return markdownRows(
    headsOf(table),
    cellTexts(table).map((cells) => cells.map(escapedMarkdown)),
  );
}

/** With the rules of the package booktabs. */
function latex(table: Filled): string {
  const rows = cellTexts(table).map((cells) => cells.map(latexName));
  return `% \\usepackage{booktabs}\n${latexTabular(headsOf(table), rows)}`;
}

const headsOf = ({ columns }: Filled): TextColumn[] =>
  columns.map((column) => ({ head: column.label, number: isNumeric(column) }));
