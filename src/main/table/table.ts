/** The table of experiments and runs: cells of any column, filtered and sorted, over the whole history. */
import { configFields } from '#shared/config-fields.ts';
import { TASK_SCHEMAS, type TaskId } from '#shared/config.ts';
import { folderOf, plainLabels } from '#shared/folders.ts';
import type { MetricId } from '#shared/metrics.ts';
import { runCount, type ExperimentSummary } from '#shared/records.ts';
import { columnNamed, type Column, type KnownColumn } from '#shared/table/columns.ts';
import { assertComparable, comparisonsIn, passes, type Cell, type Filter } from '#shared/table/filter.ts';
import { TASKS } from '#shared/tasks.ts';
import { overallState } from '#shared/overall-state.ts';
import type { History } from '../history/history.ts';
import type { TableRun } from '../history/table.ts';
import { createAgainst } from './against-columns.ts';
import { createConfigValues, type ConfigValues } from './config-values.ts';
import { createContrasts, type HeadlinesOf } from './contrast-columns.ts';
import { createMetrics } from './metric-columns.ts';
import { once } from './once.ts';
import { createSnapshot, runRows, type TableRow } from './snapshot.ts';
import { createTexts, type Texts } from './texts.ts';

interface TableLook {
  rows: 'experiments' | 'runs';
  filter: Filter | null;
  /** Experiments in the archive as well. */
  archived: boolean;
}

export interface HistoryTable {
  /** The rows that a filter lets through, newest first. @throws UserError `table.column` */
  rows(look: TableLook): TableRow[];
  /** The cells of a column, one for each row. */
  cells(column: Column, rows: readonly TableRow[]): Cell[];
  /** The headline metric of each row's experiment. */
  headlines(rows: readonly TableRow[]): MetricId[];
  /** Reads a stretch of what a search for words needs. @returns whether there may be more */
  readOn(): boolean;
}

/** @param headlinesOf asked where an effect is wanted */
export function createTable(history: History, headlinesOf: HeadlinesOf): HistoryTable {
  const texts = createTexts(history);
  const snapshot = createSnapshot(history);
  const values = createConfigValues(history, () => snapshot().experiments.length);
  const fields = createFields(values);
  const headlineMetrics = createHeadlines(values);
  const metrics = createMetrics(history, snapshot, headlineMetrics);
  const contrasts = createContrasts(history, headlineMetrics, headlinesOf);
  const cells = (column: Column, rows: readonly TableRow[]): Cell[] => {
    if (column.kind === 'field') return fields(column.path, rows);
    if (column.kind === 'metric') return metrics(column, rows);
    if (column.kind === 'contrast') return contrasts(column, rows);
    if (column.kind === 'against') return against(column, rows);
    if (column.known === 'task') return fields('task', rows);
    return knownCells(column.known, rows, () => history.allNotes());
  };
  const against = createAgainst({ snapshot, cells, headlineMetrics, isForeign: foreignIn(values) });
  return {
    cells,
    headlines: (rows) => headlineMetrics(rows.map(({ experiment }) => experiment.id)),
    readOn: () => texts.readOn(),
    rows({ rows: kind, filter, archived }) {
      const { experiments, runs } = snapshot();
      const listed = archived ? experiments : experiments.filter((each) => !each.archived);
      const all = kind === 'runs' ? runRows(runs(), listed) : listed.map(alone);
      return filter === null ? all : filtered(all, filter, cells, texts);
    },
  };
}

const alone = (experiment: ExperimentSummary): TableRow => ({ experiment, run: null });

/** Columns that the filter asks about are made first, each once for all rows. */
function filtered(
  rows: readonly TableRow[],
  filter: Filter,
  cells: HistoryTable['cells'],
  texts: Texts,
): TableRow[] {
  const asked = new Map<string, Cell[]>();
  for (const comparison of comparisonsIn(filter)) {
    const { column } = comparison;
    const of = asked.get(column) ?? cells(columnNamed(column), rows);
    assertComparable(comparison, of);
    asked.set(column, of);
  }
  // Only where words are looked for: it reads every config.
  const has = once(() => texts.finder());
  return rows.filter(({ experiment }, i) =>
    passes(filter, {
      experiment: experiment.id,
      cell: (column) => asked.get(column)![i]!,
      has: (text) => has()(experiment, text),
    }),
  );
}

const KNOWN: Record<
  Exclude<KnownColumn, 'notes' | 'task'>,
  (experiment: ExperimentSummary, run: TableRun | null) => Cell
> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  run: (_, run) => run?.id ?? null,
  seed: (_, run) => run?.seed ?? null,
  state: (experiment, run) => run?.state ?? overallState(experiment),
  done: ({ states }) => states.done,
  runs: (experiment) => runCount(experiment),
  seconds: (experiment, run) => (run ?? experiment).seconds,
  created: (experiment, run) => (run ?? experiment).created_at,
  finished: (experiment, run) => (run ?? experiment).finished_at,
  labels: ({ labels }) => plainLabels(labels),
  folder: ({ labels }) => folderOf(labels),
  sweep: ({ sweep }) => sweep,
  archived: ({ archived }) => archived,
  version: ({ version }) => version,
  device: (_, run) => (run?.engine ? [run.engine, run.device].filter(Boolean).join(' ') : null),
  error: (_, run) => run?.error_message ?? null,
};

function knownCells(
  known: Exclude<KnownColumn, 'task'>,
  rows: readonly TableRow[],
  notes: () => Map<number, string>,
): Cell[] {
  if (known === 'notes') {
    const noted = notes();
    return rows.map(({ experiment }) => noted.get(experiment.id) ?? null);
  }
  const cell = KNOWN[known];
  return rows.map(({ experiment, run }) => cell(experiment, run));
}

/** A field of each row's config; what a config was saved without has its default. */
function createFields(values: ConfigValues) {
  return (path: string, rows: readonly TableRow[]): Cell[] => {
    const ids = rows.map(({ experiment }) => experiment.id);
    const [tasks, found] = values(['task', path], ids);
    const defaults = new Map<unknown, unknown>();
    const usual = (task: unknown) => {
      if (!defaults.has(task)) defaults.set(task, defaultOf(path, task));
      return defaults.get(task);
    };
    return ids.map((id) => cellOf(found!(id) ?? usual(tasks!(id))));
  };
}

/** Runs of another program say which metric is their headline's; those of ours have that of their task. */
function createHeadlines(values: ConfigValues) {
  return (experiments: readonly number[]): MetricId[] => {
    const [tasks] = values(['task'], experiments);
    const imported = experiments.filter((id) => tasks!(id) === 'imported');
    const [metrics] = values(['metrics'], imported);
    return experiments.map((id) => headlineMetric(tasks!(id), metrics!(id)));
  };
}

/** Whether another program drew the numbers of each experiment. */
function foreignIn(values: ConfigValues) {
  return (experiments: readonly number[]): boolean[] => {
    const [tasks] = values(['task'], experiments);
    return experiments.map((id) => tasks!(id) === 'imported');
  };
}

function headlineMetric(task: unknown, metrics: unknown): MetricId {
  if (task === 'imported') return (metrics as MetricId[])[0]!;
  return TASKS[(task ?? 'language') as TaskId].metric;
}

function defaultOf(path: string, task: unknown): unknown {
  if (task === 'imported') return undefined;
  const id = Object.keys(TASK_SCHEMAS).find((each) => each === task) as TaskId | undefined;
  return configFields(id ?? 'language').find((field) => field.path === path)?.default;
}

/** Mappings are told as JSON. */
function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((each) => ['number', 'string', 'boolean'].includes(typeof each)))
    return value as (number | string | boolean)[];
  return JSON.stringify(value);
}
