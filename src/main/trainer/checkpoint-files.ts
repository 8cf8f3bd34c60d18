/** What the weights in a run's folder are called. */
import path from 'node:path';
import type { StageId } from '#shared/records.ts';

/** Weights and optimiser of an unfinished run; overwritten as it goes. */
export const ROLLING_FILE = 'last.safetensors';
/** The one before it, for the day on which that is damaged. */
export const PREVIOUS_FILE = 'previous.safetensors';

/**
 * Seconds of training that may be lost to a crash; `CREDENCE_CHECKPOINT_EVERY` sets them, for tests of crashes and for
 * disks that are slow.
 */
export function rollingEvery(): number {
  const set = Number(process.env['CREDENCE_CHECKPOINT_EVERY'] || NaN);
  return set >= 0 ? set : 15;
}

/** Weights at the end of a stage, or after one of its earlier epochs. */
export function weightsFile(stage: StageId, earlierEpoch: number | null): string {
  return earlierEpoch === null ? `${stage}.safetensors` : `${stage}-epoch-${earlierEpoch}.safetensors`;
}

/**
 * Whether a run can go on from a file of its own: weights from the middle of a stage have no optimiser with them.
 * @param stage1Epoch where the run leaves the stage before stage 2; null is at its end
 */
export function isResumable(file: string, stage1Epoch: number | null): boolean {
  const epoch = /-epoch-(\d+)\.safetensors$/.exec(path.basename(file))?.[1];
  return epoch === undefined || Number(epoch) === stage1Epoch;
}
