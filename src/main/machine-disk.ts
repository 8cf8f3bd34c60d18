/** How much room there is on a disk, and a refusal with numbers where it is too little. */
import { statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { sizeText } from '#shared/counting.ts';
import type { DiskEstimate } from '#shared/disk-size.ts';
import { showValue, UserError } from '#shared/errors.ts';

/** Bytes that this user may still write. @param folder may not be there yet */
export function freeBytes(folder: string): number {
  let there = path.resolve(folder);
  while (!statSync(there, { throwIfNoEntry: false }) && path.dirname(there) !== there)
    there = path.dirname(there);
  const { bavail, bsize } = statfsSync(there);
  return bavail * bsize;
}

/**
 * @param needs of each experiment that is to be trained
 * @param free bytes
 * @throws UserError `disk.space` with the numbers
 */
export function assertRoom(folder: string, needs: readonly DiskEstimate[], free = freeBytes(folder)): void {
  const sum = (part: keyof DiskEstimate) => needs.reduce((total, need) => total + need[part], 0);
  // What runs need on their way is given back before the next ones begin.
  const working = Math.max(0, ...needs.map(({ bytes, weights, answers }) => bytes - weights - answers));
  const needed = sum('weights') + sum('answers') + working;
  if (needed <= free) return;
  throw new UserError(
    'disk.space',
    `training takes about ${sizeText(needed)} on the disk (${sizeText(sum('weights'))} of weights, ${sizeText(sum('answers'))} of answers, ${sizeText(working)} of checkpoints on the way) and ${sizeText(free)} are free in ${showValue(folder)}; free some space, set CREDENCE_HOME to another disk, or keep less: training.….save_every: 0, evaluation.keep_answers: end-of-stage`,
  );
}
