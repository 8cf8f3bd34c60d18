/** API: the experiments of a comparison by their values: grouped by them, and laid out along them. */
import type { ComparedPoints, ComparedTrace, GroupedCurves } from '#shared/api/analysis.ts';
import type { Handlers } from '#shared/contract.ts';
import type { MetricId } from '#shared/metrics.ts';
import type { MetricTest, RunValues } from '#shared/records.ts';
import { curveTable, figureTable } from '#shared/stats/curve-table.ts';
import {
  atSharedEpochs,
  curvesOver,
  plannedSpans,
  runValues,
  sharedSpans,
  type StageSpan,
} from '#shared/stats/curves.ts';
import { cellText } from '#shared/table/cell-text.ts';
import type { Column } from '#shared/table/columns.ts';
import type { Filter } from '#shared/table/filter.ts';
import type { RowKind } from '#shared/table/rows.ts';
import { metricOf as metricOfTask } from '#shared/tasks.ts';
import { chanceIn } from '#shared/saved-config.ts';
import type { History } from '../history/history.ts';
import { metricOf, order } from '../table/groups.ts';
import { columnsOf, headOf } from '../table/look.ts';
import type { HistoryTable, TableRow } from '../table/table.ts';
import { present } from './comparisons.ts';
import type { Context } from './context.ts';

type TracesAsked = Parameters<Handlers['analysis.comparedTraces']>[0];
type Methods = 'analysis.groupedCurves' | 'analysis.comparedTraces' | 'analysis.points';

export function comparedRowHandlers({
  history,
  table,
}: Pick<Context, 'history' | 'table'>): Pick<Handlers, Methods> {
  return {
    'analysis.groupedCurves': (asked) =>
      groupsOf({ history, table }, asked).map((group) => groupedCurves(history, group, asked.test)),
    'analysis.comparedTraces': (asked) =>
      groupsOf({ history, table }, asked).flatMap((group) => tracesOf(history, group, asked)),
    'analysis.points': ({ experiments, rows, columns }) =>
      pointsOf(table, rowsOf(table, present(history, experiments), rows), columnsOf({ rows, columns })),
  };
}

/** The rows of experiments, in the order in which these were named. */
function rowsOf(table: HistoryTable, ids: readonly number[], rows: RowKind): TableRow[] {
  const filter: Filter = { kind: 'any', of: ids.map((id) => ({ kind: 'number', id })) };
  return table
    .rows({ rows, filter, archived: true })
    .toSorted((a, b) => ids.indexOf(a.experiment.id) - ids.indexOf(b.experiment.id));
}

function pointsOf(
  table: HistoryTable,
  rows: readonly TableRow[],
  columns: readonly Column[],
): ComparedPoints {
  const headlines = table.headlines(rows);
  const cells = columns.map((column) => table.cells(column, rows));
  return {
    columns: columns.map((column) => ({ ...headOf(column), metric: metricOf(column, headlines) })),
    rows: rows.map(({ experiment, run }, i) => ({
      ...{ experiment: experiment.id, run: run?.id ?? null, seed: run?.seed ?? null },
      cells: cells.map((of) => of[i] ?? null),
      texts: columns.map((column, at) => cellText(column, cells[at]![i] ?? null, headlines[i]!)),
    })),
  };
}

/** Experiments that share the values of the columns, and what their curves show. */
interface Group {
  label: string;
  experiments: number[];
  metric: MetricId;
  /** Each stage as long as the longest of theirs. */
  stages: StageSpan[];
}

/** Groups in the order of their values; each experiment by itself where there are no columns. */
function groupsOf(
  { history, table }: Pick<Context, 'history' | 'table'>,
  { experiments, by, metric }: Pick<TracesAsked, 'experiments' | 'by' | 'metric'>,
): Group[] {
  const ids = present(history, experiments);
  const keys = by.length === 0 ? ids.map((id) => ({ id, label: '' })) : keysOf(table, ids, by);
  const configOf = (id: number) => history.getExperiment(id).config;
  const measured = keys.map((each) => ({ ...each, metric: metric ?? metricOfTask(configOf(each.id)) }));
  const same = Map.groupBy(measured, (each) => (by.length === 0 ? each.id : `${each.label}\n${each.metric}`));
  return [...same.values()].map((group) => ({
    label: group[0]!.label,
    experiments: group.map(({ id }) => id),
    metric: group[0]!.metric,
    stages: sharedSpans(group.map(({ id }) => plannedSpans(configOf(id)))),
  }));
}

function keysOf(table: HistoryTable, ids: readonly number[], by: readonly string[]) {
  const { columns, rows } = pointsOf(
    table,
    rowsOf(table, ids, 'experiments'),
    columnsOf({ rows: 'experiments', columns: [...by] }),
  );
  const sorted = rows.toSorted(
    (a, b) => columns.map((_, i) => order(a.cells[i], b.cells[i])).find((sign) => sign !== 0) ?? 0,
  );
  return sorted.map(({ experiment: id, texts }) => ({
    id,
    label: columns.map((column, i) => `${column.label} ${texts[i]}`).join(', '),
  }));
}

/** Runs of all of a group that were evaluated so far. */
function valuesOf(history: History, { experiments, metric }: Group, test: MetricTest): RunValues[] {
  return experiments.flatMap((id) =>
    history.valuesOf(id, test, metric).filter(({ evaluations }) => evaluations.length > 0),
  );
}

function groupedCurves(history: History, group: Group, test: MetricTest): GroupedCurves {
  const { label, experiments, metric, stages } = group;
  const values = valuesOf(history, group, test);
  const { curves, n } = curvesOver(values, stages, metric);
  const chances = new Set(experiments.map((id) => chanceIn(history.getExperiment(id).config, test)));
  return {
    ...{ label, experiments, metric, stages, n },
    runs: values.length,
    chance: chances.size === 1 ? [...chances][0]! : null,
    table: figureTable(curveTable(atSharedEpochs(curves, values, stages))),
  };
}

function tracesOf(
  history: History,
  group: Group,
  { test, subsets }: Pick<TracesAsked, 'test' | 'subsets'>,
): ComparedTrace[] {
  return valuesOf(history, group, test).flatMap((values) =>
    subsets.flatMap((subset) => {
      const points = runValues(values, subset, group.stages);
      if (points.length === 0) return [];
      const { experiment, seed } = values.run;
      const rounded = points.map(({ value }) => Number(value.toFixed(6)));
      return [{ experiment, seed, subset, epochs: points.map(({ epoch }) => epoch), values: rounded }];
    }),
  );
}
