/** Training the last stage of an experiment longer, without training again what comes before it. */
import { copyFileSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { lastStage, longerConfig } from '#shared/longer.ts';
import { runLabel } from '#shared/planned-runs.ts';
import { STAGE_IDS, stageText, type ExperimentRecord, type RunRecord } from '#shared/records.ts';
import { ourConfig } from '#shared/saved-config.ts';
import type { History } from '../history/history.ts';
import { credenceVersion } from '../resources.ts';
import { weightsFolder } from '../runs/weights-folder.ts';
import { weightsFile } from '../trainer/checkpoint-files.ts';

export interface LongerExperiment {
  experiment: ExperimentRecord;
  runs: RunRecord[];
  /** Runs that begin with the weights of the stage before; the others begin anew. */
  kept: number;
}

/**
 * Saves a new experiment with more epochs and queues its runs. Each is as if it had been stopped at the end of the stage
 * before the last: with what was measured until then, and with the weights. It ends as a run of so many epochs from the
 * start does, whatever the schedule.
 * @param epochs of the last stage, in all
 * @throws UserError `extend.epochs`; `history.*`
 */
export function createLonger(history: History, id: number, epochs: string): LongerExperiment {
  const source = history.getExperiment(id);
  const had = ourConfig(source, 'train it longer');
  const { last, before } = lastStage(had);
  const config = longerConfig(had, epochs, `${source.name.slice(0, 180)}, ${epochs.trim()} epochs`);
  const { experiment, runs } = history.createExperiment({
    ...{ config, version: credenceVersion(), dataset_report: source.dataset_report },
    memory: history.memoryOf(id),
  });
  const known = new Map(history.runsOf(id).map((run) => [runLabel(run), run]));
  const begun = runs.flatMap((run) => {
    const old = known.get(runLabel(run));
    const weights = old && before && takeWeights(history, old, run, weightsFile(before, run.stage1_epoch));
    return weights ? [{ from: old.id, to: run.id, weights }] : [];
  });
  const stages = STAGE_IDS.slice(0, STAGE_IDS.indexOf(last));
  history.copyStages(id, experiment.id, begun, stages);
  const from =
    before && begun.length > 0
      ? `; ${begun.length} of its runs begin with the weights after ${stageText(before)}`
      : '';
  history.addNote(
    experiment.id,
    `Experiment ${id} with ${epochs.trim()} epochs of ${stageText(last)}${from}.`,
  );
  return { experiment, runs: history.runsOf(experiment.id), kept: begun.length };
}

/** @returns where they lie now, relative to the data folder; null where they are gone */
function takeWeights(history: History, old: RunRecord, run: RunRecord, name: string): string | null {
  const home = path.dirname(history.path);
  const found = history.checkpointsOf(old.id).find((file) => path.basename(file.path) === name);
  if (!found || !existsSync(path.resolve(home, found.path))) return null;
  const target = path.join(weightsFolder(history.path, run), name);
  copyFileSync(path.resolve(home, found.path), target, constants.COPYFILE_FICLONE);
  return path.relative(home, target).split(path.sep).join('/');
}
