/** Experiments put together by the values of columns: those that share them all, and measure the same, are one group. */
import { showValue, UserError } from '#shared/errors.ts';
import type { MetricId } from '#shared/metrics.ts';
import { cellText, namedCell } from '#shared/table/cell-text.ts';
import type { Filter } from '#shared/table/filter.ts';
import type { RowKind } from '#shared/table/rows.ts';
import { metricOf } from '#shared/tasks.ts';
import type { History } from '../history/history.ts';
import { order } from './groups.ts';
import { columnsOf } from './look.ts';
import type { TableRow } from './snapshot.ts';
import type { HistoryTable } from './table.ts';

export interface ExperimentGroup {
  /** What they share, in words: `Truthfulness α 0.5, no Order`; empty for an experiment by itself. */
  label: string;
  experiments: number[];
  /** What is shown of them. */
  metric: MetricId;
}

/** Columns that experiments of a comparison are grouped by, and the groups. */
export interface Grouping {
  by: readonly string[];
  groups: readonly ExperimentGroup[];
}

interface Asked {
  experiments: readonly number[];
  /** One or two columns; none leaves each experiment by itself. */
  by: readonly string[];
  /** The headline of each where it is left out. */
  metric?: MetricId;
}

/** More columns than this make groups that nobody can name. */
const MOST_COLUMNS = 2;

/**
 * Groups in the order of their values; each experiment by itself where there are no columns.
 * @throws UserError `table.column` where one is unknown, `compare.group` for more than two
 */
export function experimentGroups(
  { history, table }: { history: History; table: HistoryTable },
  { experiments, by, metric }: Asked,
): ExperimentGroup[] {
  if (by.length > MOST_COLUMNS)
    throw new UserError(
      'compare.group',
      `group: ${showValue(by.join(','))} names ${by.length} columns; name one or two, such as alpha`,
    );
  const keys =
    by.length === 0 ? experiments.map((id) => ({ id, label: '' })) : keysOf(table, experiments, by);
  const measured = keys.map((each) => ({
    ...each,
    metric: metric ?? metricOf(history.getExperiment(each.id).config),
  }));
  const same = Map.groupBy(measured, (each) => (by.length === 0 ? each.id : `${each.label}\n${each.metric}`));
  return [...same.values()].map((group) => ({
    label: group[0]!.label,
    experiments: group.map(({ id }) => id),
    metric: group[0]!.metric,
  }));
}

/** Null where there are no columns to group by. @throws as {@link experimentGroups} */
export function groupingBy(
  context: { history: History; table: HistoryTable },
  experiments: readonly number[],
  by: readonly string[],
): Grouping | null {
  return by.length === 0 ? null : { by, groups: experimentGroups(context, { experiments, by }) };
}

/** The rows of experiments, in the order in which these were named. */
export function rowsOfExperiments(table: HistoryTable, ids: readonly number[], rows: RowKind): TableRow[] {
  const filter: Filter = { kind: 'any', of: ids.map((id) => ({ kind: 'number', id })) };
  return table
    .rows({ rows, filter, archived: true })
    .toSorted((a, b) => ids.indexOf(a.experiment.id) - ids.indexOf(b.experiment.id));
}

function keysOf(table: HistoryTable, ids: readonly number[], by: readonly string[]) {
  const rows = rowsOfExperiments(table, ids, 'experiments');
  const columns = columnsOf({ rows: 'experiments', columns: [...by] });
  const headlines = table.headlines(rows);
  const cells = columns.map((column) => table.cells(column, rows));
  const inOrder = [...rows.keys()].toSorted(
    (a, b) => cells.map((of) => order(of[a] ?? null, of[b] ?? null)).find((sign) => sign !== 0) ?? 0,
  );
  return inOrder.map((row) => ({
    id: rows[row]!.experiment.id,
    label: columns
      .map((column, at) => namedCell(column, cellText(column, cells[at]![row] ?? null, headlines[row]!)))
      .join(', '),
  }));
}
