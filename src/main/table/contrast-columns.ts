/** Columns of what comparisons ask: how much better one subset did than another, of each run or over an experiment's seeds. */
import type { MetricId } from '#shared/metrics.ts';
import type { RunEvaluations } from '#shared/records.ts';
import { mean } from '#shared/stats/describe.ts';
import { differencesBetween } from '#shared/stats/effects.ts';
import type { Column } from '#shared/table/columns.ts';
import type { Cell } from '#shared/table/filter.ts';
import type { History } from '../history/history.ts';
import type { TableRow } from './snapshot.ts';

type ContrastColumn = Extract<Column, { kind: 'contrast' }>;
type Headlines = (experiments: readonly number[]) => MetricId[];

/**
 * As `effectBetween` has it: above 0 whichever way the metric points, a seed's runs averaged first. A run that is not
 * finished has none.
 */
export function createContrasts(history: History, headlineMetrics: Headlines) {
  return ({ contrast }: ContrastColumn, rows: readonly TableRow[]): Cell[] => {
    const ids = [...new Set(rows.map(({ experiment }) => experiment.id))];
    const metrics = new Map(headlineMetrics(ids).map((metric, i) => [ids[i]!, metric]));
    // Read one experiment after the other: all runs of a long history would not fit at once.
    const cells = new Map<TableRow, Cell>();
    for (const [id, of] of Map.groupBy(rows, ({ experiment }) => experiment.id)) {
      const runs = of[0]!.experiment.states.done > 0 ? history.evaluationsOf(id, { last: true }) : [];
      const found = (counted: readonly RunEvaluations[]) => differenceIn(counted, contrast, metrics.get(id)!);
      for (const row of of) {
        const { run } = row;
        cells.set(row, found(run === null ? runs : runs.filter((each) => each.run.id === run.id)));
      }
    }
    return rows.map((row) => cells.get(row) ?? null);
  };
}

function differenceIn(
  runs: readonly RunEvaluations[],
  contrast: ContrastColumn['contrast'],
  metric: MetricId,
): number | null {
  const differences = differencesBetween(runs, contrast, metric);
  return differences.length > 0 ? mean(differences.map(({ difference }) => difference)) : null;
}
