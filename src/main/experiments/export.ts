/** Everything an experiment measured, as text for other programs. */
import { stringify } from 'csv-stringify/sync';
import { CAUSE_COLUMN, EVALUATION_COLUMNS } from '#shared/evaluation-columns.ts';
import { METRIC_IDS } from '#shared/metrics.ts';
import { safeCell } from '#shared/plain-text.ts';
import type { History } from '../history/history.ts';
import { effectsOfExperiment } from './experiment.ts';

/** All that is saved about an experiment, as JSON text. */
export function experimentJson(history: History, id: number): string {
  const experiment = history.getExperiment(id);
  const runs = history
    .evaluationsOf(id)
    .map(({ run, evaluations }) => ({ ...run, stages: history.stagesOf(run.id), evaluations }));
  const { subsets, effects } = effectsOfExperiment(history, id);
  const analyses = history
    .analysesOf(id)
    .map((analysis) => ({ ...analysis, results: history.analysisResults(analysis.id) }));
  return `${JSON.stringify({ experiment, runs, subsets, effects, analyses }, null, 2)}\n`;
}

/**
 * Every evaluation as CSV: one row per run, epoch, subset and test. A run that measured nothing has one row, with its
 * state and why it ended, and no more.
 */
export function experimentsCsv(history: History, ids: readonly number[]): string {
  const rows = ids.flatMap((id) => rowsOf(history, id));
  const asked = [...METRIC_IDS, CAUSE_COLUMN].filter((column) => !EVALUATION_COLUMNS.includes(column));
  const others = asked.filter((column) => rows.some((row) => column in row));
  return stringify(rows, { header: true, columns: [...EVALUATION_COLUMNS, ...others] });
}

function rowsOf(history: History, id: number): object[] {
  const { name } = history.getExperiment(id);
  return history.evaluationsOf(id).flatMap(({ run, evaluations }) => {
    const { seed, seed_stage2, stage1_epoch, state, error } = run;
    const of = {
      ...{ experiment: id, name: safeCell(name), run: run.id },
      ...{ seed, seed_stage2, stage1_epoch, state },
      ...(error && { [CAUSE_COLUMN]: safeCell(error.message) }),
    };
    const measured = evaluations.flatMap(({ stage, epoch, step, metrics }) =>
      metrics.map((metric) => ({ ...of, stage, epoch, step, ...metric })),
    );
    return measured.length > 0 ? measured : [of];
  });
}
