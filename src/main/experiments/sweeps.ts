/** A sweep from plan to result: every combination checked, saved as an experiment, summed up. */
import { dataDifference } from '#lab/datasets/same-files.ts';
import type { LoadOptions } from '#lab/datasets/source-file.ts';
import path from 'node:path';
import type { Design } from '#shared/api/design.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { DataFile, SweepRecord } from '#shared/records.ts';
import { UserError } from '#shared/errors.ts';
import type { SweepPoint } from '#shared/stats/sweep.ts';
import { cellLabel } from '#shared/sweep.ts';
import { ourConfig } from '#shared/saved-config.ts';
import type { History } from '../history/history.ts';
import type { CreatedSweep } from '../history/sweeps.ts';
import { credenceVersion } from '../resources.ts';
import type { SweepPlan } from './config-file.ts';
import { datasetCache } from './data-files.ts';
import { assertRoom } from '../machine-disk.ts';
import {
  checkExperiment,
  effectsOfExperiment,
  type CheckedExperiment,
  type QueuedRun,
} from './experiment.ts';

/**
 * Checks every combination, as `checkExperiment` does.
 * @param options.progress told how far it is over all of them, from 0 to 1
 * @throws UserError about the first combination that cannot be run
 */
export async function checkCells(
  cells: SweepPlan['cells'],
  { cache = datasetCache(), progress }: Partial<LoadOptions> = {},
): Promise<CheckedExperiment[]> {
  const checked: CheckedExperiment[] = [];
  for (const [i, { cell, config }] of cells.entries()) {
    try {
      const share = (done: number) => progress?.((i + done) / cells.length);
      checked.push(await checkExperiment(config, { cache, progress: share }));
      share(1);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(error.code, `${error.message} (in the combination ${cellLabel(cell)})`);
    }
  }
  assertOneVersion(checked);
  return checked;
}

/** A file that several combinations read must have been the same for all of them. */
function assertOneVersion(checked: readonly CheckedExperiment[]): void {
  const known = new Map<string, DataFile>();
  for (const file of checked.flatMap(({ report }) => report.files ?? [])) {
    const first = known.get(file.path) ?? file;
    known.set(file.path, first);
    const difference = dataDifference([first], [file]);
    if (difference !== null)
      throw new UserError(
        'data.changing',
        `dataset.path: it was written while the combinations were checked: ${difference}; wait until it is complete, and start again`,
      );
  }
}

/**
 * Saves every combination of a sweep that was checked, with all runs queued, or nothing at all.
 * @throws UserError `disk.space` where its runs would not fit beside the history
 */
export function saveSweep(
  history: History,
  { name, spec, cells }: SweepPlan,
  checked: readonly CheckedExperiment[],
): CreatedSweep {
  assertRoom(
    path.dirname(history.path),
    checked.map(({ disk }) => disk),
  );
  const all = cells.map((cell, i) => {
    const { report, memory } = checked[i];
    return { ...cell, dataset_report: report, memory: memory?.needed };
  });
  return history.createSweep({ name, spec, version: credenceVersion(), cells: all });
}

/**
 * Checks every combination, then saves them all with their runs queued.
 * @throws UserError about the first combination that cannot be run; then nothing is saved
 */
export async function createSweep(history: History, plan: SweepPlan): Promise<CreatedSweep> {
  return saveSweep(history, plan, await checkCells(plan.cells));
}

/**
 * A sweep as the raw config it can be run from again: the fields that are not swept, and its `sweep` part.
 * @param config of its first combination
 */
export function sweepDesign({ name, spec }: SweepRecord, config: ExperimentConfig): Design {
  return { ...config, name, sweep: { mode: spec.mode, over: spec.over } };
}

/** All runs, the first seed of every combination before the second: an early stop leaves a balanced picture. */
export function interleaved(experiments: CreatedSweep['experiments']): QueuedRun[] {
  return experiments
    .flatMap(({ experiment, runs }) =>
      runs.map((run, i) => ({ run, config: ourConfig(experiment, 'train it'), i })),
    )
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
