/** Experiments, or their runs, with the values of columns: what they are laid out along. */
import type { ComparedPoints } from '#shared/api/analysis.ts';
import { cellText } from '#shared/table/cell-text.ts';
import { columnNamed, isDifference } from '#shared/table/columns.ts';
import type { RowKind } from '#shared/table/rows.ts';
import { rowsOfExperiments } from './experiment-groups.ts';
import { metricOf } from './groups.ts';
import { columnsOf, headOf } from './look.ts';
import type { HistoryTable } from './table.ts';

interface Asked {
  experiments: readonly number[];
  rows: RowKind;
  columns: readonly string[];
}

/** @throws UserError `table.column`, `table.group` for a metric that is not one of all of them */
export function comparedPoints(
  table: HistoryTable,
  { experiments, rows: kind, columns: named }: Asked,
): ComparedPoints {
  const rows = rowsOfExperiments(table, experiments, kind);
  const columns = columnsOf({ rows: kind, columns: [...named] });
  const headlines = table.headlines(rows);
  const cells = columns.map((column) => table.cells(column, rows));
  return {
    ids: Object.fromEntries(named.map((name) => [name, columnNamed(name).id])),
    columns: columns.map((column) => ({
      ...headOf(column),
      metric: metricOf(column, headlines),
      difference: isDifference(column),
    })),
    rows: rows.map(({ experiment, run }, i) => ({
      ...{ experiment: experiment.id, run: run?.id ?? null, seed: run?.seed ?? null },
      cells: cells.map((of) => of[i] ?? null),
      texts: columns.map((column, at) => cellText(column, cells[at]![i] ?? null, headlines[i]!)),
    })),
  };
}
