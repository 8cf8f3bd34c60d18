/** Brings a history to the newest schema, and tells a history from other files. */
import type { Database } from 'better-sqlite3';
import { UserError } from '#shared/errors.ts';
import { MIGRATIONS } from './migrations.ts';

/** Marks the file as ours (SQLite `application_id`): "CRED" in ASCII. */
export const APPLICATION_ID = 0x43524544;

/**
 * Brings an open database to the newest schema, all migrations in one transaction; a file that already
 * holds data is first copied to `<path>.v<version>.backup`.
 * @returns the version found and the backup's path, or null where nothing was to do
 * @throws UserError `history.newer-version`, `history.other-program`
 */
export function migrate(
  db: Database,
  path: string,
  migrations: readonly string[] = MIGRATIONS,
): { from: number; backup: string | null } | null {
  assertOurs(db, path);
  const from = versionOf(db);
  assertNotNewer(from, path, migrations.length);
  if (from === migrations.length) return null;
  const backup = from === 0 ? null : backUp(db, path, from);
  const apply = db.transaction(() => {
    // Another process may have migrated the file since.
    for (let version = versionOf(db); version < migrations.length; version++) {
      db.exec(migrations[version]);
      db.pragma(`user_version = ${version + 1}`);
    }
    db.pragma(`application_id = ${APPLICATION_ID}`);
  });
  apply.exclusive();
  return { from, backup };
}

/**
 * @throws UserError `history.newer-version`, `history.other-program` for a file that is no history, or one of a program
 *   to come
 */
export function assertKnown(db: Database, path: string): void {
  assertOurs(db, path);
  const version = versionOf(db);
  if (version === 0)
    throw new UserError('history.other-program', `${path} is empty, and no history: name a backup`);
  assertNotNewer(version, path);
}

function assertNotNewer(version: number, path: string, known = MIGRATIONS.length): void {
  if (version <= known) return;
  throw new UserError(
    'history.newer-version',
    `the database ${path} was written by a newer Credence (schema ${version}, this one knows ${known}): update Credence or name another file`,
  );
}

function versionOf(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

function assertOurs(db: Database, path: string): void {
  const tables = db.prepare('SELECT count(*) FROM sqlite_master').pluck().get() as number;
  const id = Number(db.pragma('application_id', { simple: true }));
  if (tables === 0 || id === APPLICATION_ID) return;
  throw new UserError(
    'history.other-program',
    `${path} is a database of another program: it was left as it is; name another file or set CREDENCE_HOME to another folder`,
  );
}

function backUp(db: Database, path: string, version: number): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const backup = `${path}.v${version}.${stamp}.${process.pid}.backup`;
  db.prepare('VACUUM INTO ?').run(backup);
  return backup;
}
