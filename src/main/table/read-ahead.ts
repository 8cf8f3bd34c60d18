/** What the first questions about the table need, read before they are asked. */
import { columnNamed } from '#shared/table/columns.ts';
import { columnsOf } from './look.ts';
import type { HistoryTable } from './table.ts';

/** Runs whose numbers are read in one stretch, some ten milliseconds. */
const STRETCH = 250;

/** The table of runs as it is opened. */
const OPENED = { rows: 'runs' as const, columns: [] };

/**
 * Reads what searches for words look into, then the numbers that the table of runs is sorted and filtered by most: those of
 * its usual columns, and the effects of runs.
 * @returns a generator that reads a stretch each time
 */
export function* readAhead(table: HistoryTable): Generator<undefined> {
  while (table.readOn()) yield;
  const rows = table.rows({ rows: OPENED.rows, filter: null, archived: false });
  const columns = [...columnsOf(OPENED).filter(({ kind }) => kind === 'metric'), columnNamed('iml')];
  for (let at = 0; at < rows.length; at += STRETCH) {
    yield;
    const some = rows.slice(at, at + STRETCH);
    for (const column of columns) table.cells(column, some);
  }
}
