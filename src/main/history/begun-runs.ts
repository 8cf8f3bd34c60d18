/** Runs that begin where another one was at the end of a stage, with all that was measured until then. */
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import type { StageId } from '#shared/records.ts';
import { moveRows, RUN_TABLES, type Numbers } from './moved-rows.ts';

type Row = Record<string, unknown>;

/** A run that begins where another one was at the end of a stage. */
export interface BegunRun {
  from: number;
  to: number;
  /** Relative to the data folder. */
  weights: string;
}

/** Tables of what was measured in a stage. */
const STAGE_TABLES = ['stages', 'evaluations', 'metrics', 'answers', 'checkpoints', 'traces'];

/** @param stages whose rows are copied */
export function copyStages(
  db: Database,
  experiment: number,
  copy: number,
  runs: readonly BegunRun[],
  stages: readonly StageId[],
): void {
  const numbers: Numbers = new Map([
    ['experiments', new Map([[experiment, copy]])],
    ['runs', new Map(runs.map(({ from, to }) => [from, to]))],
  ]);
  const moved = { from: db, to: db, numbers };
  moveRows(moved, { name: 'question_sets', numbered: true, refers: [['experiment', 'experiments']] });
  const inStages = (row: Row) => (stages.includes(row.stage as StageId) ? row : null);
  const weights = new Map(runs.map(({ from, weights: file }) => [from, file]));
  const ends = new Map(runs.map(({ from }) => [from, lastStep(db, from, stages)]));
  const changes: Partial<Record<string, (row: Row) => Row | null>> = {
    stages: inStages,
    evaluations: inStages,
    checkpoints: (row) => {
      const file = weights.get(row.run as number);
      return file && path.basename(String(row.path)) === path.basename(file) ? { ...row, path: file } : null;
    },
    traces: (row) => (Number(row.step) <= (ends.get(row.run as number) ?? 0) ? row : null),
  };
  for (const table of RUN_TABLES)
    if (STAGE_TABLES.includes(table.name)) moveRows(moved, table, changes[table.name]);
  for (const run of runs) takeOver(db, run);
}

/** Optimiser steps of a run at the end of these stages. */
function lastStep(db: Database, run: number, stages: readonly StageId[]): number {
  const steps = db
    .prepare<[number], { stage: StageId; steps: number }>('SELECT stage, steps FROM stages WHERE run = ?')
    .all(run);
  return steps.filter(({ stage }) => stages.includes(stage)).reduce((sum, each) => sum + each.steps, 0);
}

/** It trains on the same engine, and what was trained took time. */
function takeOver(db: Database, { from, to }: BegunRun): void {
  db.prepare(
    `UPDATE runs SET (engine, device, corpus_hash, data_hash) =
       (SELECT engine, device, corpus_hash, data_hash FROM runs WHERE id = @from),
       seconds = (SELECT coalesce(sum(seconds), 0) FROM stages WHERE run = @to)
     WHERE id = @to`,
  ).run({ from, to });
}
