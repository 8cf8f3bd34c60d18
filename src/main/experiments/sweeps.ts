/** A sweep from plan to result: every combination checked, saved as an experiment, summed up. */
import type { SweepRecord } from '#shared/records.ts';
import { UserError } from '#shared/errors.ts';
import type { SweepPoint } from '#shared/stats/sweep.ts';
import { cellLabel } from '#shared/sweep.ts';
import type { History } from '../history/history.ts';
import type { CreatedSweep } from '../history/sweeps.ts';
import { credenceVersion } from '../resources.ts';
import type { SweepPlan } from './config-file.ts';
import { checkExperiment, effectsOfExperiment, type QueuedRun } from './experiment.ts';

/**
 * Checks every combination, then saves them all with their runs queued.
 * @throws UserError about the first combination that cannot be run; then nothing is saved
 */
export async function createSweep(history: History, { name, spec, cells }: SweepPlan): Promise<CreatedSweep> {
  const checked = [];
  for (const { cell, config } of cells) {
    try {
      checked.push({ cell, config, dataset_report: await checkExperiment(config) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(error.code, `${error.message} (in the combination ${cellLabel(cell)})`);
    }
  }
  return history.createSweep({ name, spec, version: credenceVersion(), cells: checked });
}

/** All runs, the first seed of every combination before the second: an early stop leaves a balanced picture. */
export function interleaved(experiments: CreatedSweep['experiments']): QueuedRun[] {
  return experiments
    .flatMap(({ experiment, runs }) => runs.map((run, i) => ({ run, config: experiment.config, i })))
    .sort((a, b) => a.i - b.i)
    .map(({ run, config }) => ({ run, config }));
}

/** What every combination found so far. */
export function sweepPoints(history: History, { experiments }: SweepRecord): SweepPoint[] {
  return experiments.map(({ id, cell }) => ({
    experiment: id,
    cell,
    effects: effectsOfExperiment(history, id),
  }));
}
