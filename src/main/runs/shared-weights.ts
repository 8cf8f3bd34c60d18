/**
 * Runs of one seed that differ only in stage 2 (stage-2 seeds, starting points) share what comes before: one
 * trains it, the others wait for its weights and continue from them, with the numbers they would have had alone.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ExperimentConfig } from '#shared/config.ts';
import { stageBeforeStage2 } from '#shared/stages.ts';
import type { RunRecord } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import { weightsFile } from '../trainer/checkpoint-files.ts';

/** The weights before stage 2 that another run of the same seed left, as a path; null where there are none. */
export function sharedWeights(history: History, config: ExperimentConfig, run: RunRecord): string | null {
  const stage = stageBeforeStage2(config.training.pipeline);
  const wanted = weightsFile(stage, run.stage1_epoch);
  const files = siblingsOf(history, config, run).flatMap(({ id }) => history.checkpointsOf(id));
  const found = files
    .filter((file) => path.basename(file.path) === wanted)
    .map((file) => path.resolve(path.dirname(history.path), file.path));
  return found.find((file) => existsSync(file)) ?? null;
}

/**
 * Whether a run had better wait: another one of its seed is on its way to the weights that it needs.
 * @param training runs that train now
 */
export function waitsForWeights(
  history: History,
  config: ExperimentConfig,
  run: RunRecord,
  training: ReadonlySet<number>,
): boolean {
  const busy = siblingsOf(history, config, run).filter(({ id }) => training.has(id));
  if (busy.length === 0 || history.checkpointsOf(run.id).length > 0) return false;
  if (sharedWeights(history, config, run) !== null) return false;
  return busy.some((sibling) => leadsTo(history, config, sibling, run));
}

/** Whether a run that trains now will leave the weights that another one starts stage 2 from. */
function leadsTo(
  history: History,
  { training }: ExperimentConfig,
  sibling: RunRecord,
  run: RunRecord,
): boolean {
  const stage = stageBeforeStage2(training.pipeline);
  const stages = history.stagesOf(sibling.id);
  const place = stages.find((record) => record.stage === stage)?.position ?? Infinity;
  const end = (epoch: number | null) => epoch ?? training[stage]?.epochs ?? 0;
  // The weights of a stage that is finished are still being written until the next one begins.
  const past = stages.some(({ position }) => position > place);
  return !past && end(run.stage1_epoch) <= end(sibling.stage1_epoch);
}

function siblingsOf(history: History, config: ExperimentConfig, run: RunRecord): RunRecord[] {
  if (config.seeds_stage2 === null && config.training.stage2_from === 'end') return [];
  return history.runsOf(run.experiment).filter(({ id, seed }) => id !== run.id && seed === run.seed);
}
