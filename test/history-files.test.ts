/** Files that are not, or no longer, a good history: one line says what to do, and no byte is changed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { explained } from '#main/history/errors.ts';
import { openHistory } from '#main/history/history.ts';
import { APPLICATION_ID, migrate } from '#main/history/migrate.ts';
import { MIGRATIONS } from '#main/history/migrations.ts';
import { UserError } from '#shared/errors.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { evaluationAt } from '#test/history-data.ts';

const root = mkdtempSync(join(tmpdir(), 'credence-files-'));
afterAll(() => rmSync(root, { recursive: true }));
let path = '';
let count = 0;
beforeEach(() => {
  mkdirSync(join(root, String(count)));
  path = join(root, String(count++), 'history.sqlite');
});

function errorOf(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  throw new Error('nothing was thrown');
}

const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
const noise = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 7919 + 13) % 251));

function fill(file: string, runs = 2, epochs = 20): void {
  const history = openHistory(file);
  const config = resolveConfig({ seeds: runs });
  for (const run of history.createExperiment({ config, version: '0.0.0' }).runs) {
    history.markRunning(run.id);
    for (let epoch = 1; epoch <= epochs; epoch++) history.recordEvaluation(evaluationAt(run.id, epoch));
    history.markDone(run.id);
  }
  history.close();
}

function otherProgram(file: string): void {
  const db = new Database(file);
  db.exec('CREATE TABLE recipes (name TEXT); PRAGMA user_version = 1');
  db.close();
}

function newer(file: string): void {
  fill(file);
  const db = new Database(file);
  db.pragma(`user_version = ${MIGRATIONS.length + 1}`);
  db.close();
}

function beheaded(file: string): void {
  fill(file);
  const bytes = readFileSync(file);
  bytes.fill(0x55, 0, 100);
  writeFileSync(file, bytes);
}

describe('malformed files', () => {
  it.each<[string, string, (file: string) => void]>([
    ['a short text', 'history.not-a-database', (file) => writeFileSync(file, 'hello')],
    ['a long text', 'history.not-a-database', (file) => writeFileSync(file, 'hello world\n'.repeat(5000))],
    ['one byte', 'history.not-a-database', (file) => writeFileSync(file, 'x')],
    ['noise', 'history.not-a-database', (file) => writeFileSync(file, noise(8192))],
    ['a database whose header is gone', 'history.not-a-database', beheaded],
    ['another program’s database', 'history.other-program', otherProgram],
    ['a newer schema', 'history.newer-version', newer],
  ])('%s', (_what, code, prepare) => {
    prepare(path);
    const before = hashOf(path);
    const error = errorOf(() => openHistory(path));
    expect(error.code).toBe(code);
    expect(error.message).toContain(path);
    expect(error.message).not.toContain('\n');
    expect(hashOf(path)).toBe(before);
    expect(readdirSync(join(path, '..'))).toEqual([basename(path)]);
  });

  it('a database cut in half is called damaged, at the latest when the missing part is read', () => {
    fill(path, 20);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 8192) * 4096));
    const error = errorOf(() => {
      const history = openHistory(path);
      try {
        for (const { id } of history.listExperiments()) history.evaluationsOf(id);
      } finally {
        history.close();
      }
    });
    expect(error.code).toBe('history.damaged');
    expect(error.message).toContain(path);
  });

  it('an empty file becomes a history', () => {
    writeFileSync(path, '');
    fill(path);
    expect(readFileSync(path).toString('latin1', 0, 15)).toBe('SQLite format 3');
  });

  it('a folder', () => {
    mkdirSync(path);
    expect(errorOf(() => openHistory(path)).code).toBe('history.is-a-folder');
  });

  it('a folder that cannot be made', () => {
    writeFileSync(path, 'a file');
    expect(errorOf(() => openHistory(join(path, 'below', 'h.sqlite'))).code).toBe('history.no-access');
  });
});

describe('a file that cannot be written', () => {
  it('locked by another program for too long, and free again', () => {
    fill(path);
    const other = new Database(path);
    other.exec('BEGIN EXCLUSIVE');
    const history = openHistory(path, { busyTimeout: 50 });
    expect(history.listExperiments()).toHaveLength(1);
    const config = resolveConfig({});
    const error = errorOf(() => history.createExperiment({ config, version: '0' }));
    expect(error.code).toBe('history.locked');
    other.exec('COMMIT');
    history.createExperiment({ config, version: '0' });
    expect(history.listExperiments()).toHaveLength(2);
    history.close();
    other.close();
  });

  const isRoot = process.getuid?.() === 0;

  it.skipIf(process.platform === 'win32')('read-only, unreadable, or in a folder of somebody else', () => {
    fill(path);
    const secret = join(path, '..', 'secret.sqlite');
    fill(secret);
    chmodSync(root, 0o755);
    chmodSync(path, 0o444);
    chmodSync(secret, 0);
    chmodSync(join(path, '..'), 0o555);
    asNobody(() => {
      expect(errorOf(() => openHistory(path)).code).toMatch(/^history\.(read-only|cannot-open)$/);
      expect(errorOf(() => openHistory(secret)).code).toBe('history.no-access');
      expect(errorOf(() => openHistory(join(path, '..', 'new.sqlite'))).code).toBe('history.cannot-open');
      expect(errorOf(() => openHistory(join(path, '..', 'deep', 'h.sqlite'))).code).toBe('history.no-access');
    });
    chmodSync(join(path, '..'), 0o755);
  });

  /** Root may write anything: then the test goes on as nobody. */
  function asNobody(action: () => void): void {
    if (!isRoot) return action();
    process.seteuid!(65534);
    try {
      action();
    } finally {
      process.seteuid!(0);
    }
  }

  it.skipIf(!isRoot || process.platform !== 'linux')('a disk that fills up: what was saved stays', () => {
    const disk = join(root, 'disk');
    mkdirSync(disk);
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', disk]);
    try {
      const file = join(disk, 'history.sqlite');
      const history = openHistory(file);
      const { experiment, runs } = history.createExperiment({ config: resolveConfig({}), version: '0' });
      let saved = 0;
      const error = errorOf(() => {
        for (;;) history.recordEvaluation(evaluationAt(runs[0].id, saved++ + 1));
      });
      expect(error.code).toBe('history.disk-full');
      expect(error.message).toMatch(/the disk is full; free some space/);
      expect(saved).toBeGreaterThan(1);
      expect(history.evaluationsOf(experiment.id)[0].evaluations).toHaveLength(saved - 1);
      history.close();
    } finally {
      execFileSync('/bin/umount', [disk]);
    }
  });

  it.each([
    ['SQLITE_FULL', 'history.disk-full'],
    ['SQLITE_READONLY_DBMOVED', 'history.read-only'],
    ['SQLITE_IOERR_WRITE', 'history.disk-error'],
    ['SQLITE_BUSY_SNAPSHOT', 'history.locked'],
    ['SQLITE_CANTOPEN', 'history.cannot-open'],
    ['EROFS', 'history.no-access'],
  ])('%s is said in words', (code, expected) => {
    const fail = () => {
      throw Object.assign(new Error('raw'), { code });
    };
    expect(errorOf(() => explained('/some/file', fail))).toMatchObject({ code: expected });
  });

  it('leaves defects as they are', () => {
    const defect = Object.assign(new Error('a bug'), { code: 'ERR_INVALID_ARG_TYPE' });
    expect(() =>
      explained('/some/file', () => {
        throw defect;
      }),
    ).toThrow(defect);
  });
});

describe('migrations', () => {
  const ADD = 'ALTER TABLE notes ADD COLUMN colour TEXT';

  it('bring an older file forward, after a copy of it was made', () => {
    fill(path);
    const db = new Database(path);
    const result = migrate(db, path, [...MIGRATIONS, ADD])!;
    expect(result.from).toBe(MIGRATIONS.length);
    expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length + 1);
    expect(db.prepare('SELECT count(*) FROM evaluations').pluck().get()).toBe(40);
    db.prepare('SELECT colour FROM notes').all();
    db.close();
    const backup = openHistory(result.backup!);
    expect(backup.evaluationsOf(1)[0].evaluations).toHaveLength(20);
    backup.close();
  });

  it('leave the file as it was when one fails', () => {
    fill(path);
    const db = new Database(path);
    expect(() => migrate(db, path, [...MIGRATIONS, ADD, 'ALTER TABLE nowhere ADD COLUMN x TEXT'])).toThrow(
      /nowhere/,
    );
    expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    expect(() => db.prepare('SELECT colour FROM notes')).toThrow(/no such column/);
    db.close();
    openHistory(path).close();
  });

  it('make no copy of a new file and do nothing to a current one', () => {
    const db = new Database(path);
    expect(migrate(db, path)).toEqual({ from: 0, backup: null });
    expect(migrate(db, path)).toBeNull();
    expect(db.pragma('application_id', { simple: true })).toBe(APPLICATION_ID);
    db.close();
    expect(readdirSync(join(path, '..')).filter((file) => file.includes('backup'))).toEqual([]);
  });

  it('are durable settings: WAL, full sync, foreign keys', () => {
    fill(path);
    const db = new Database(path);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    db.close();
    expect(existsSync(path)).toBe(true);
  });
});
