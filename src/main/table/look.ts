/** A look at the table: its rows in order, with the cells of chosen columns. The command line and the window share it. */
import type { TableHead, TableLook } from '#shared/api/table.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { sortRows } from '#shared/sort.ts';
import { isNumeric } from '#shared/table/cell-text.ts';
import { columnNamed, rowsOf, type Column } from '#shared/table/columns.ts';
import { columnNames, type RowKind } from '#shared/table/rows.ts';
import { parseFilter } from '#shared/table/filter-text.ts';
import type { Cell } from '#shared/table/filter.ts';
import type { Filled } from './formats.ts';
import type { TableRow } from './snapshot.ts';
import type { HistoryTable } from './table.ts';

/** @throws UserError `table.column` where one is unknown, or of other rows */
export function columnsOf(look: Pick<TableLook, 'rows' | 'columns'>): Column[] {
  const columns = columnNames(look.rows, look.columns).map(columnNamed);
  for (const column of columns) assertOf(column, look.rows);
  return [...new Map(columns.map((column) => [column.id, column])).values()];
}

function assertOf(column: Column, rows: RowKind): void {
  const only = rowsOf(column);
  if (only === null || only === rows) return;
  throw new UserError(
    'table.column',
    `column ${showValue(column.id)} is known of ${only} only, not of ${rows}`,
  );
}

export function headOf(column: Column): TableHead {
  const { id, label, title } = column;
  const last = column.kind === 'metric' && column.pick === 'last';
  const asked = last ? { subset: column.subset, test: column.test } : null;
  return { id, label, title, numeric: isNumeric(column), asked };
}

/** The rows of a look, in order. @throws UserError `table.*` */
export function rowsInOrder(
  table: HistoryTable,
  { rows, where, sort, archived }: TableLook,
): readonly TableRow[] {
  const found = table.rows({ rows, filter: parseFilter(where), archived });
  if (sort === '') return found;
  const descending = sort.startsWith('-');
  const cells = table.cells(columnNamed(descending ? sort.slice(1) : sort), found);
  return sortRows([...found.keys()], (i) => sortable(cells[i] ?? null), descending).map((i) => found[i]!);
}

function sortable(cell: Cell): string | number | null {
  if (cell === null || typeof cell === 'number') return cell;
  return (typeof cell === 'object' ? cell.join(' ') : String(cell)).toLowerCase();
}

/** Rows with their cells. */
export function filled(table: HistoryTable, columns: readonly Column[], rows: readonly TableRow[]): Filled {
  const headlines = table.headlines(rows);
  const cells = columns.map((column) => table.cells(column, rows));
  return {
    columns,
    rows: rows.map((_, i) => ({ headline: headlines[i]!, cells: cells.map((of) => of[i] ?? null) })),
  };
}
