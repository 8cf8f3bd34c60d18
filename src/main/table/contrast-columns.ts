/** Columns of what comparisons ask: how much better one subset did than another, of each run or over an experiment's seeds. */
import type { Headline } from '#shared/api/experiments.ts';
import type { MetricId } from '#shared/metrics.ts';
import type { ExperimentSummary, RunEvaluations } from '#shared/records.ts';
import { contrastNamed, type Contrast } from '#shared/stats/contrast.ts';
import { mean } from '#shared/stats/describe.ts';
import { effectOf } from '#shared/stats/effect-names.ts';
import { differencesBetween } from '#shared/stats/effects.ts';
import { HEADLINE_CONTRASTS } from '#shared/stats/headline-contrasts.ts';
import type { ContrastColumn } from '#shared/table/columns.ts';
import type { Cell } from '#shared/table/filter.ts';
import type { History } from '../history/history.ts';
import { createKeptColumns } from './kept-columns.ts';
import type { TableRow } from './snapshot.ts';

const HEADLINES = HEADLINE_CONTRASTS.map(contrastNamed);

/** The effects of experiments as they stand in lists; null where they are not worked out yet. */
export type HeadlinesOf = (list: readonly ExperimentSummary[]) => (Headline | null)[];

type Headlines = (experiments: readonly number[]) => MetricId[];

/**
 * As `effectBetween` has it: above 0 whichever way the metric points, a seed's runs averaged first. A run that is not
 * finished has none; what finished ones say is kept until another run ends.
 * @param headlinesOf what lists keep of experiments: their effects that have a name are not worked out twice
 */
export function createContrasts(history: History, headlineMetrics: Headlines, headlinesOf: HeadlinesOf) {
  const read = (contrasts: readonly Contrast[], rows: readonly TableRow[] = []) =>
    differencesOf(history, contrasts, rows, headlineMetrics);
  const ofRuns = createKeptColumns<Contrast, TableRow, number>({
    keyOf,
    // Changes where it ends, or is queued again.
    stampOf: ({ run }) => `${run!.state} ${run!.finished_at}`,
    read,
  });
  const ofExperiments = createKeptColumns<Contrast, TableRow, number>({
    keyOf,
    stampOf: ({ experiment }) => JSON.stringify([experiment.states, experiment.finished_at]),
    read,
  });
  return ({ contrast }: ContrastColumn, rows: readonly TableRow[]): Cell[] => {
    const named = contrast.test === 'questions' ? effectOf(contrast) : null;
    const runs = rows.some(({ run }) => run !== null);
    if (named && !runs)
      return headlinesOf(rows.map(({ experiment }) => experiment)).map(
        (found) => found?.[named]?.mean ?? null,
      );
    // One reading of a run's evaluations is enough for both effects that have a name.
    const together = named ? HEADLINES : [contrast];
    const found = (runs ? ofRuns : ofExperiments)(together, rows);
    const valueOf = found[together.findIndex(({ id }) => id === contrast.id)];
    return rows.map((row) => valueOf!(row) ?? null);
  };
}

const keyOf = ({ experiment, run }: TableRow) => (run ?? experiment).id;

/** A map for each contrast; read one experiment after the other, for all runs of a long history would not fit at once. */
function differencesOf(
  history: History,
  contrasts: readonly Contrast[],
  rows: readonly TableRow[],
  headlineMetrics: Headlines,
): Map<number, number>[] {
  const found = contrasts.map(() => new Map<number, number>());
  const ids = [...new Set(rows.map(({ experiment }) => experiment.id))];
  const metrics = headlineMetrics(ids);
  const byExperiment = Map.groupBy(rows, ({ experiment }) => experiment.id);
  ids.forEach((id, i) => {
    const of = byExperiment.get(id)!;
    const runs = of[0]!.experiment.states.done > 0 ? history.evaluationsOf(id, { last: true }) : [];
    for (const row of of) {
      const counted = row.run === null ? runs : runs.filter(({ run }) => run.id === row.run!.id);
      contrasts.forEach((contrast, at) => {
        const difference = meanDifference(counted, contrast, metrics[i]!);
        if (difference !== null) found[at]!.set(keyOf(row), difference);
      });
    }
  });
  return found;
}

function meanDifference(
  runs: readonly RunEvaluations[],
  contrast: Contrast,
  metric: MetricId,
): number | null {
  const differences = differencesBetween(runs, contrast, metric);
  return differences.length > 0 ? mean(differences.map(({ difference }) => difference)) : null;
}
