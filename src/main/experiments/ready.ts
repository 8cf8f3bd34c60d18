/**
 * Before runs are added to an experiment, go on or train longer: they read what it was made with, and there is room for
 * what they will leave on the disk.
 */
import path from 'node:path';
import type { ExperimentConfig } from '#shared/config.ts';
import { diskLeft, type DiskEstimate } from '#shared/disk-size.ts';
import type { RunRecord } from '#shared/records.ts';
import { ourConfig } from '#shared/saved-config.ts';
import type { History } from '../history/history.ts';
import { assertRoom } from '../machine-disk.ts';
import { PREVIOUS_FILE, ROLLING_FILE } from '../trainer/checkpoint-files.ts';
import { confirmData, type DataWork } from './same-data.ts';

/** What an experiment is to train next. */
export interface ToTrain {
  experiment: number;
  /** Its config, with the seeds or epochs that are to be trained. */
  config: ExperimentConfig;
  /** Runs of it whose files lie there already. */
  begun: readonly RunRecord[];
}

/** Runs that go on, with what is left of them and of the others of their seeds. */
export function goingOn(history: History, experiment: number, runs: readonly RunRecord[]): ToTrain {
  const config = ourConfig(history.getExperiment(experiment), 'train it');
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const begun = history.runsOf(experiment).filter(({ seed }) => seeds.includes(seed));
  return { experiment, config: { ...config, seeds }, begun };
}

/**
 * Nothing may be queued before this returns.
 * @param free bytes; of the history's disk unless said
 * @throws UserError `data.changed`; as `checkExperiment`, memory included; `disk.space` with the numbers
 */
export async function confirmReady(
  history: History,
  all: readonly ToTrain[],
  work: DataWork,
  free?: number,
): Promise<void> {
  const needs: DiskEstimate[] = [];
  for (const { experiment, config, begun } of all) {
    const { disk } = await confirmData(history, experiment, config, work);
    needs.push(diskLeft(disk, bytesThere(history, begun)));
  }
  assertRoom(path.dirname(history.path), needs, free);
}

/** Bytes that runs have left on the disk. */
function bytesThere(history: History, runs: readonly RunRecord[]) {
  const files = runs.flatMap(({ id }) => history.checkpointsOf(id));
  const isRolling = (file: string) => [ROLLING_FILE, PREVIOUS_FILE].includes(path.basename(file));
  const sum = (rolling: boolean) =>
    files.filter((file) => isRolling(file.path) === rolling).reduce((total, { bytes }) => total + bytes, 0);
  const answers = runs.reduce((total, { id }) => total + history.answersBytes(id), 0);
  return { weights: sum(false), working: sum(true), answers };
}
