/** Saving runs of other programs: as they ended, with what they measured, all of them or none. */
import type { Database } from 'better-sqlite3';
import type { ImportedConfig } from '#shared/imported.ts';
import type { PlannedRun } from '#shared/planned-runs.ts';
import type { EvaluationRecord, RunError, RunState, StageId, StageRecord } from '#shared/records.ts';
import type { EvaluationQueries } from './evaluations.ts';
import type { ExperimentQueries } from './experiments.ts';

export type ImportQueries = ReturnType<typeof importQueries>;

export interface NewImport {
  config: ImportedConfig;
  /** The same for the same files read in the same way. */
  uid: string;
  version: string;
  /** Evaluations in the order of training; they are written as they are made. */
  runs: readonly (PlannedRun & {
    /** No process has it. */
    state: RunState;
    error: RunError | null;
    evaluations: () => Iterable<Omit<EvaluationRecord, 'run'>>;
  })[];
}

export interface SavedImport {
  id: number;
  /** False where it was here already: then nothing was changed, but that a deleted one is back. */
  fresh: boolean;
}

export function importQueries(
  db: Database,
  { createExperiment }: ExperimentQueries,
  { recordEvaluation, recordStage }: EvaluationQueries,
) {
  const insertRun = db
    .prepare(
      `INSERT INTO runs
         (experiment, seed, seed_stage2, stage1_epoch, state, error_code, error_message, created_at)
       VALUES (@experiment, @seed, @seed_stage2, @stage1_epoch, @state, @code, @message, @now) RETURNING id`,
    )
    .pluck();
  const known = db.prepare<[string], number>('SELECT id FROM experiments WHERE uid = ?').pluck();

  function saveRun(experiment: number, { evaluations, error, ...planned }: NewImport['runs'][number]): void {
    const { code = null, message = null } = error ?? {};
    const now = new Date().toISOString();
    const run = Number(insertRun.get({ ...planned, code, message, experiment, now }));
    const stages = new Map<StageId, { epochs: number; step: number }>();
    for (const evaluation of evaluations()) {
      recordEvaluation({ ...evaluation, run });
      const { stage, epoch, step } = evaluation;
      const { epochs, step: last } = stages.get(stage) ?? { epochs: 0, step: 0 };
      stages.set(stage, { epochs: Math.max(epochs, epoch), step: Math.max(last, step) });
    }
    for (const stage of stageRecords(run, stages, planned.state)) recordStage(stage);
  }

  return {
    /** Saves an experiment of another program with its runs, in one transaction. */
    saveImport: db.transaction(({ uid, config, version, runs }: NewImport): SavedImport => {
      const here = known.get(uid);
      if (here !== undefined) {
        db.prepare('UPDATE experiments SET deleted_at = NULL WHERE id = ?').run(here);
        return { id: here, fresh: false };
      }
      const { experiment } = createExperiment({ uid, config, version, start: false });
      for (const run of runs) saveRun(experiment.id, run);
      return { id: experiment.id, fresh: true };
    }).immediate,
  };
}

/** How far each stage went; how long it took is not known. @param reached last epoch and step */
function stageRecords(
  run: number,
  reached: ReadonlyMap<StageId, { epochs: number; step: number }>,
  state: RunState,
): StageRecord[] {
  let before = 0;
  return [...reached].map(([stage, { epochs, step }], position) => {
    const steps = step - before;
    before = step;
    const finished = state === 'done' || position < reached.size - 1;
    return { run, stage, position, epochs, steps, seconds: 0, train_loss: null, finished };
  });
}
