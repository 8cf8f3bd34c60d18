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
 * finished has none; what finished ones say is kept until another run ends.
 */
export function createContrasts(history: History, headlineMetrics: Headlines) {
  const known = new Map<string, Map<string, { asOf: string; cell: Cell }>>();
  return ({ contrast }: ContrastColumn, rows: readonly TableRow[]): Cell[] => {
    const kept = known.get(contrast.id) ?? new Map<string, { asOf: string; cell: Cell }>();
    known.set(contrast.id, kept);
    const missing = rows.filter((row) => kept.get(nameOf(row))?.asOf !== stampOf(row));
    const ids = [...new Set(missing.map(({ experiment }) => experiment.id))];
    const metrics = new Map(headlineMetrics(ids).map((metric, i) => [ids[i]!, metric]));
    // Read one experiment after the other: all runs of a long history would not fit at once.
    for (const [id, of] of Map.groupBy(missing, ({ experiment }) => experiment.id)) {
      const runs = of[0]!.experiment.states.done > 0 ? history.evaluationsOf(id, { last: true }) : [];
      for (const row of of) {
        const counted = row.run === null ? runs : runs.filter(({ run }) => run.id === row.run!.id);
        const cell = differenceIn(counted, contrast, metrics.get(id)!);
        kept.set(nameOf(row), { asOf: stampOf(row), cell });
      }
    }
    return rows.map((row) => kept.get(nameOf(row))!.cell);
  };
}

const nameOf = ({ experiment, run }: TableRow) => (run ? `run ${run.id}` : `experiment ${experiment.id}`);

/** Changes whenever a run ends or is queued again. */
const stampOf = ({ experiment, run }: TableRow) =>
  JSON.stringify(run ? [run.state, run.finished_at] : [experiment.states, experiment.finished_at]);

function differenceIn(
  runs: readonly RunEvaluations[],
  contrast: ContrastColumn['contrast'],
  metric: MetricId,
): number | null {
  const differences = differencesBetween(runs, contrast, metric);
  return differences.length > 0 ? mean(differences.map(({ difference }) => difference)) : null;
}
