/** Copies of the history: made once a day beside it, checked, the oldest removed; and how one comes back. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { showValue, UserError } from '#shared/errors.ts';
import { settle } from '../files.ts';
import { explained } from './errors.ts';
import { assertKnown } from './migrate.ts';

/** Copies that are kept of those made by themselves: a week of days on which the program ran. */
export const KEPT_BACKUPS = 7;
/** Hours between two of them. Less than a day, so that who starts work each morning gets one each morning. */
const EVERY_HOURS = 20;
const NAME = /^history-(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)Z\.sqlite$/;

export interface Backup {
  path: string;
  bytes: number;
  /** ISO 8601. */
  made_at: string;
}

const folderOf = (database: string) => path.join(path.dirname(path.resolve(database)), 'backups');

/** The copies that were made by themselves, newest first. */
export function backupsOf(database: string): Backup[] {
  const folder = folderOf(database);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const parts = NAME.exec(name);
      if (!parts) return [];
      const file = path.join(folder, name);
      return [{ path: file, bytes: statSync(file).size, made_at: `${parts[1]}:${parts[2]}:${parts[3]}Z` }];
    })
    .toSorted((a, b) => b.made_at.localeCompare(a.made_at));
}

/** Whether the newest copy is older than a day; one from the future, after the clock was wrong, does not count. */
export function backupDue(database: string, now = Date.now()): boolean {
  const ages = backupsOf(database).map(({ made_at }) => now - Date.parse(made_at));
  return !ages.some((age) => age >= 0 && age < EVERY_HOURS * 3_600_000);
}

/**
 * Copies the history beside it and removes the oldest copies.
 * @throws UserError `history.*`; `history.damaged` where the history itself does not hold together
 */
export function backUpDaily(database: string, now = new Date()): Backup {
  const stamp = now.toISOString().slice(0, 19).replace(/:/g, '-');
  const file = path.join(folderOf(database), `history-${stamp}Z.sqlite`);
  const made = backUp(database, file);
  for (const { path: old } of backupsOf(database).slice(KEPT_BACKUPS)) rmSync(old, { force: true });
  return { ...made, made_at: now.toISOString() };
}

/**
 * Copies a history into a file, which is there whole or not at all.
 * @throws UserError `backup.exists`, `history.missing`, `history.damaged`, `history.disk-full`, …
 */
export function backUp(database: string, file: string): Omit<Backup, 'made_at'> {
  const target = path.resolve(file);
  if (existsSync(target))
    throw new UserError('backup.exists', `backup: ${showValue(file)} is there already; name a new file`);
  const part = `${target}.${process.pid}.part`;
  try {
    explained(file, () => mkdirSync(path.dirname(target), { recursive: true }));
    withDatabase(database, (db) => {
      assertWhole(db, database);
      explained(file, () => db.prepare('VACUUM INTO ?').run(part));
    });
    explained(file, () => settle(part, target));
  } finally {
    rmSync(part, { force: true });
  }
  return { path: target, bytes: statSync(target).size };
}

/**
 * Puts a copy in the place of the history, which is kept under another name.
 * @returns where what was there lies now; null where nothing was
 * @throws UserError `history.missing`, `history.damaged` and others about the copy; `history.in-use` where a program has
 *   the history open
 */
export function restoreBackup(database: string, backup: string, now = new Date()): string | null {
  withDatabase(backup, (db) => {
    assertKnown(db, backup);
    assertLength(db, backup);
    assertWhole(db, backup);
  });
  const target = path.resolve(database);
  const part = `${target}.${process.pid}.part`;
  try {
    explained(database, () => mkdirSync(path.dirname(target), { recursive: true }));
    withDatabase(backup, (db) => explained(database, () => db.prepare('VACUUM INTO ?').run(part)));
    const aside = existsSync(target) ? putAside(target, now) : null;
    explained(database, () => settle(part, target));
    return aside;
  } finally {
    rmSync(part, { force: true });
  }
}

/** A history that nothing has open is one file once its log is in it; a damaged one goes with its log. */
function putAside(database: string, now: Date): string {
  leaveWal(database);
  const aside = `${database}.replaced-${now.toISOString().replace(/[:.]/g, '-')}`;
  explained(database, () => {
    renameSync(database, aside);
    for (const log of ['-wal', '-shm'])
      if (existsSync(database + log)) renameSync(database + log, aside + log);
  });
  return aside;
}

/** SQLite leaves its log only where it is alone with the file. */
function leaveWal(database: string): void {
  try {
    withDatabase(database, (db) => db.pragma('journal_mode = DELETE'));
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'history.locked') return;
    throw new UserError(
      'history.in-use',
      `${database} is open in another program: close Credence, wait for what trains, and restore again`,
      { cause: error },
    );
  }
}

/** SQLite reads what misses of a last page as zeros, which may look whole. @throws UserError `history.damaged` */
function assertLength(db: Database.Database, file: string): void {
  const [pages, size] = ['page_count', 'page_size'].map((name) =>
    explained(file, () => Number(db.pragma(name, { simple: true }))),
  );
  const { size: bytes } = statSync(file);
  if (bytes >= pages * size) return;
  throw new UserError(
    'history.damaged',
    `${file} is damaged: it has ${bytes} of its ${pages * size} bytes; take another backup`,
  );
}

/** @throws UserError `history.damaged` */
function assertWhole(db: Database.Database, file: string): void {
  const found = explained(file, () => db.pragma('quick_check(3)', { simple: false })) as {
    quick_check: string;
  }[];
  if (found.length === 1 && found[0].quick_check === 'ok') return;
  // SQLite writes several lines into one.
  const causes = found.flatMap(({ quick_check }) => quick_check.split('\n')).map((cause) => cause.trim());
  throw new UserError(
    'history.damaged',
    `${file} is damaged: ${causes.join('; ')}; "credence restore" brings a backup back`,
  );
}

/** @throws UserError `history.missing`, `history.*` */
function withDatabase<T>(file: string, work: (db: Database.Database) => T): T {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UserError('history.missing', `${showValue(file)} is not there, or is no file; check the path`);
  return explained(file, () => {
    const db = new Database(file, { fileMustExist: true, timeout: 2000 });
    try {
      return work(db);
    } finally {
      db.close();
    }
  });
}
