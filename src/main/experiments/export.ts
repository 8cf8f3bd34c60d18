/** Everything an experiment measured, as text for other programs. */
import { stringify } from 'csv-stringify/sync';
import { CAUSE_COLUMN, EVALUATION_COLUMNS } from '#shared/evaluation-columns.ts';
import { METRIC_IDS } from '#shared/metrics.ts';
import { OTHER_DATA } from '#shared/other-data.ts';
import { safeCell } from '#shared/plain-text.ts';
import type { RunRecord } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import { effectsOfExperiment } from './experiment.ts';

/** All that is saved about an experiment, as JSON text. */
export function experimentJson(history: History, id: number): string {
  const experiment = history.getExperiment(id);
  const runs = history
    .evaluationsOf(id)
    .map(({ run, evaluations }) => ({ ...run, stages: history.stagesOf(run.id), evaluations }));
  const left_out = history.otherDataRuns(id).map((run) => ({ ...run, why: OTHER_DATA }));
  const { subsets, effects } = effectsOfExperiment(history, id);
  const analyses = history
    .analysesOf(id)
    .map((analysis) => ({ ...analysis, results: history.analysisResults(analysis.id) }));
  return `${JSON.stringify({ experiment, runs, left_out, subsets, effects, analyses }, null, 2)}\n`;
}

/**
 * Every evaluation as CSV: one row per run, epoch, subset and test. A run that measured nothing, or read other data than
 * its experiment was made with, has one row, with its state and why, and no more.
 */
export function experimentsCsv(history: History, ids: readonly number[]): string {
  const rows = ids.flatMap((id) => rowsOf(history, id));
  const asked = [...METRIC_IDS, CAUSE_COLUMN].filter((column) => !EVALUATION_COLUMNS.includes(column));
  const others = asked.filter((column) => rows.some((row) => column in row));
  return stringify(rows, { header: true, columns: [...EVALUATION_COLUMNS, ...others] });
}

function rowsOf(history: History, id: number): object[] {
  const { name } = history.getExperiment(id);
  const rowOf = (run: RunRecord, why: string | undefined) => {
    const { seed, seed_stage2, stage1_epoch, state } = run;
    return {
      ...{ experiment: id, name: safeCell(name), run: run.id },
      ...{ seed, seed_stage2, stage1_epoch, state },
      ...(why !== undefined && { [CAUSE_COLUMN]: safeCell(why) }),
    };
  };
  const counted = history.evaluationsOf(id).flatMap(({ run, evaluations }) => {
    const of = rowOf(run, run.error?.message);
    const measured = evaluations.flatMap(({ stage, epoch, step, metrics }) =>
      metrics.map((metric) => ({ ...of, stage, epoch, step, ...metric })),
    );
    return measured.length > 0 ? measured : [of];
  });
  const leftOut = history
    .otherDataRuns(id)
    .map((run) => rowOf(run, [OTHER_DATA, ...(run.error ? [run.error.message] : [])].join('; ')));
  return [...counted, ...leftOut];
}
