/** Columns of metrics: one number of each run, or the mean over an experiment's seeds. */
import type { MetricId } from '#shared/metrics.ts';
import { mean } from '#shared/stats/describe.ts';
import { seedMeans } from '#shared/stats/nested.ts';
import type { MetricColumn } from '#shared/table/columns.ts';
import type { Cell } from '#shared/table/filter.ts';
import { TASKS } from '#shared/tasks.ts';
import type { History } from '../history/history.ts';
import type { TableRun } from '../history/table.ts';
import { createKeptColumns } from './kept-columns.ts';
import type { Snapshot, TableRow } from './snapshot.ts';

/**
 * A metric of each run, or the mean over an experiment's seeds, as comparisons have it: the runs of a seed that enter
 * results are averaged first. Numbers of finished runs are kept.
 */
export function createMetrics(
  history: History,
  snapshot: () => Snapshot,
  headlineMetrics: (experiments: readonly number[]) => MetricId[],
) {
  const read = (column: MetricColumn, some?: readonly TableRun[]): Map<number, number> => {
    const found = history.metricOfRuns(
      column,
      some?.map(({ id }) => id),
    );
    return column.metric === null ? withRareHeadlines(found, column, some ?? snapshot().runs()) : found;
  };
  const ofRuns = createKeptColumns<MetricColumn, TableRun, number>({
    keyOf: ({ id }) => id,
    // What a finished run measured stays as it is.
    stampOf: ({ state }) => (state === 'done' ? '' : null),
    read: (asked, some) => asked.map((column) => read(column, some)),
    count: () => snapshot().runs().length,
  });
  /** Where a headline is none of those that tasks of ours have. */
  const withRareHeadlines = (
    found: Map<number, number>,
    column: MetricColumn,
    runs: readonly TableRun[],
  ): Map<number, number> => {
    const usual = new Set(Object.values(TASKS).map(({ metric }) => metric));
    const headlines = headlineMetrics(runs.map(({ experiment }) => experiment));
    const rare = Map.groupBy(runs.keys(), (i) => headlines[i]!);
    for (const [metric, of] of rare) {
      if (usual.has(metric)) continue;
      const ids = of.map((i) => runs[i]!.id);
      for (const id of ids) found.delete(id);
      for (const [id, value] of history.metricOfRuns({ ...column, metric }, ids)) found.set(id, value);
    }
    return found;
  };
  return (column: MetricColumn, rows: readonly TableRow[]): Cell[] => {
    const runs = rows.flatMap(({ run }) => run ?? []);
    if (runs.length === rows.length) {
      const valueOf = ofRuns([column], runs)[0]!;
      return runs.map((run) => valueOf(run) ?? null);
    }
    const wanted = new Set(rows.map(({ experiment }) => experiment.id));
    const counted = snapshot()
      .counted()
      .filter(({ experiment }) => wanted.has(experiment));
    const valueOf = ofRuns([column], counted)[0]!;
    const byExperiment = Map.groupBy(counted, ({ experiment }) => experiment);
    return rows.map(({ experiment }) => {
      const measured = (byExperiment.get(experiment.id) ?? []).filter((run) => valueOf(run) !== undefined);
      return measured.length > 0 ? mean(seedMeans(measured, (run) => valueOf(run)!)) : null;
    });
  };
}
