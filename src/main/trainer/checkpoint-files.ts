/** What the weights in a run's folder are called. */
import path from 'node:path';
import type { StageId } from '#shared/records.ts';

/** Weights and optimiser of an unfinished run; overwritten as it goes. */
export const ROLLING_FILE = 'last.safetensors';

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
