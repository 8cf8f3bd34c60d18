/** A history that cannot be written is shown from a copy: SQLite needs files beside it even to read. */
import { constants, copyFileSync, existsSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '#shared/errors.ts';
import { allows } from '../files.ts';
import { explained } from './errors.ts';
import { openHistory, type History, type OpenOptions } from './history.ts';

/** Times that a file which is written meanwhile is copied. */
const TRIES = 10;

/** Whether a database is there, and it or its folder cannot be written. */
export function isReadOnly(file: string): boolean {
  return (
    existsSync(file) &&
    [file, path.dirname(path.resolve(file))].some((place) => !allows(place, constants.W_OK))
  );
}

/**
 * Opens a copy of a history as it is now: whatever opening one changes, changes the copy.
 * @throws UserError as `openHistory`; `history.changing` where it never stood still
 */
export function openReadOnly(file: string, options: OpenOptions = {}): History {
  const copy = explained(file, () =>
    path.join(mkdtempSync(path.join(tmpdir(), 'credence-history-')), path.basename(file)),
  );
  explained(file, () => copyAtRest(file, copy));
  return openHistory(copy, { ...options, copyOf: file });
}

/** What was committed last may still be in the log beside the database. */
function copyAtRest(file: string, copy: string): void {
  const parts = ['', '-wal'];
  const stamp = () =>
    parts.map((part) => {
      const stats = statSync(file + part, { throwIfNoEntry: false });
      return stats ? `${stats.size} ${stats.mtimeMs}` : '';
    });
  for (let tries = 0; tries < TRIES; tries++) {
    const before = stamp();
    for (const [i, part] of parts.entries()) if (before[i] !== '') copyFileSync(file + part, copy + part);
    if (stamp().join() === before.join()) return;
  }
  throw new UserError(
    'history.changing',
    `${file} is read-only here and is written elsewhere all the time: try again in a moment`,
  );
}
