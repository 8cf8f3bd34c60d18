/**
 * What an experiment reads, compared: runs of one experiment must read the same, or their mean would be of nothing.
 */
import { createHash } from 'node:crypto';
import { showValue, UserError } from '#shared/errors.ts';
import type { DataFile } from '#shared/records.ts';

/** The first difference between what was read and what would be read now, in words; null where there is none. */
export function dataDifference(then: readonly DataFile[], now: readonly DataFile[]): string | null {
  for (const [i, { path }] of now.entries())
    if (!then[i]) return `${showValue(path, 200)} was not there when it was made`;
  for (const [i, file] of then.entries()) {
    const found = now[i];
    const name = showValue(file.path, 200);
    if (!found || (now.length !== then.length && found.path !== file.path)) return `${name} is gone`;
    if (found.sha256 !== file.sha256)
      return `${name} had ${described(file)}, and has ${described(found)} now`;
  }
  return null;
}

function described({ bytes, modified, sha256 }: DataFile): string {
  return `${bytes} bytes of ${modified.slice(0, 19).replace('T', ' ')} UTC (SHA-256 ${sha256.slice(0, 12)}…)`;
}

/** Why a run of an experiment must not go on, and what helps. */
export function changedData(experiment: number, difference: string): UserError {
  return new UserError(
    'data.changed',
    `dataset.path: the data are not those that experiment ${experiment} was made with: ${difference}; put them back and go on with "credence resume ${experiment}", or make it a new experiment with "credence run"`,
  );
}

/** @throws UserError `data.changed` where an experiment would read something else than it was made with */
export function assertSameData(
  experiment: number,
  then: readonly DataFile[],
  now: readonly DataFile[],
): void {
  const difference = dataDifference(then, now);
  if (difference !== null) throw changedData(experiment, difference);
}

/** One SHA-256 (hex) over the content of all files, in order, wherever they lie. */
export function dataHash(files: readonly DataFile[]): string {
  return createHash('sha256')
    .update(JSON.stringify(files.map(({ sha256 }) => sha256)))
    .digest('hex');
}

/** The error for data that could not be read: of an experiment that was made with them, they are gone. */
export function goneData(
  experiment: number,
  made: readonly DataFile[] | null | undefined,
  error: unknown,
): unknown {
  const gone = error instanceof UserError && error.code === 'dataset.missing' && made && made.length > 0;
  return gone ? changedData(experiment, error.message.replace(/^dataset\.path: /, '')) : error;
}
