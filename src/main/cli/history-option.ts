/** Opening the history for a command. */
import { existsSync } from 'node:fs';
import { showValue, UserError } from '#shared/errors.ts';
import { openHistory, type History } from '../history/history.ts';
import { defaultDatabasePath } from '../history/paths.ts';
import { isReadOnly, openReadOnly } from '../history/read-only.ts';
import { note, yellow } from './output.ts';

/**
 * Opens the database of a command that only reads: one that cannot be written is read all the same.
 * @throws UserError `history.missing`
 */
export function openForReading(db: string | undefined): History {
  const file = db ?? defaultDatabasePath();
  if (!isReadOnly(file)) return openExisting(db);
  note(yellow(`note: the history ${file} is read-only: it is shown as it is now, and nothing is changed`));
  return openReadOnly(file, {
    onNotice: ({ kind, message }) => kind === 'interrupted' && note(yellow(`note: ${message}`)),
  });
}

/**
 * Opens the database of a command that goes on with what is in it: one named by `--db` must be there.
 * @throws UserError `history.missing`
 */
export function openExisting(db: string | undefined): History {
  if (db !== undefined && !existsSync(db))
    throw new UserError(
      'history.missing',
      `--db: ${showValue(db)} does not exist; check the path, or leave it out for the default`,
    );
  return openForCommand(db);
}

/** Opens the database of `--db`, or the default one, and says what its start-up found. */
export function openForCommand(db: string | undefined): History {
  return openHistory(db, { onNotice: ({ message }) => note(yellow(`note: ${message}`)) });
}

/** @throws UserError `experiment.id` unless the text is a positive whole number */
export function parseId(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new UserError(
    'experiment.id',
    `experiment: "${text.slice(0, 60)}" is not an experiment number; "credence list" shows them`,
  );
}

/** The number of a sweep that is written as `s3`; null for anything else. */
export function sweepNumber(text: string): number | null {
  return /^s[1-9]\d{0,9}$/.test(text) ? Number(text.slice(1)) : null;
}

/**
 * Experiments by number, and those of sweeps (`s3`), each once.
 * @throws UserError `experiment.id`, HistoryError where there is no such sweep
 */
export function experimentsIn(history: History, ids: readonly string[]): number[] {
  const named = ids.map((id) => ({ sweep: sweepNumber(id), text: id }));
  const single = named.filter(({ sweep }) => sweep === null).map(({ text }) => parseId(text));
  const swept = named.flatMap(({ sweep }) => (sweep === null ? [] : history.getSweep(sweep).experiments));
  return [...new Set([...single, ...swept.map(({ id }) => id)])];
}
