/** Copies of the history: made, checked, rotated, brought back. */
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDailyBackup } from '#main/api/daily-backup.ts';
import {
  backupDue,
  backUp,
  backUpDaily,
  backupsOf,
  KEPT_BACKUPS,
  restoreBackup,
} from '#main/history/backups.ts';
import { createWorkbench } from '#main/work/workbench.ts';
import { openHistory } from '#main/history/history.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { credence, temporaryFolder } from './credence.ts';

let home: string;
let database: string;

function add(...names: string[]): void {
  const history = openHistory(database);
  for (const name of names)
    history.createExperiment({ config: { ...resolveConfig({}), name }, version: '0.0.0', start: false });
  history.close();
}

function namesIn(file = database): string[] {
  const history = openHistory(file);
  try {
    return history.listExperiments().map(({ name }) => name);
  } finally {
    history.close();
  }
}

beforeEach(() => {
  home = temporaryFolder();
  database = path.join(home, 'history.sqlite');
  add('first');
});
afterEach(() => vi.useRealTimers());

const day = (n: number) => new Date(Date.UTC(2026, 0, n, 8, 30));

describe('the daily backup', () => {
  it('holds what was saved, of a history that is open and written', () => {
    const open = openHistory(database);
    open.createExperiment({
      config: { ...resolveConfig({}), name: 'second' },
      version: '0.0.0',
      start: false,
    });
    const { path: copy } = backUpDaily(database, day(1));
    open.close();
    expect(path.relative(home, copy)).toBe(path.join('backups', 'history-2026-01-01T08-30-00Z.sqlite'));
    expect(namesIn(copy)).toEqual(['second', 'first']);
  });

  it('is made in a thread, so that the window does not wait', async () => {
    const workbench = createWorkbench(() => {});
    const { path: copy } = await workbench.run('backUpDaily', { database });
    await workbench.close();
    expect(namesIn(copy)).toEqual(['first']);
  });

  it('is kept for so many days', () => {
    for (let n = 1; n <= KEPT_BACKUPS + 3; n++) backUpDaily(database, day(n));
    expect(backupsOf(database).map(({ made_at }) => made_at.slice(8, 10))).toEqual(
      Array.from({ length: KEPT_BACKUPS }, (_, i) => String(KEPT_BACKUPS + 3 - i).padStart(2, '0')),
    );
  });

  it('is due after a day, and where the only one is from a time to come', () => {
    expect(backupDue(database)).toBe(true);
    backUpDaily(database, day(5));
    const at = (hours: number) => day(5).getTime() + hours * 3_600_000;
    expect([0, 19, 21, 48, -1].map((hours) => backupDue(database, at(hours)))).toEqual([
      ...[false, false, true, true, true],
    ]);
  });

  it('takes no notice of what a dead process left half written, nor of other files', () => {
    mkdirSync(path.join(home, 'backups'));
    for (const name of ['history-2026-01-01T08-30-00Z.sqlite.77.part', 'notes.txt'])
      writeFileSync(path.join(home, 'backups', name), 'x');
    expect(backupsOf(database)).toEqual([]);
    for (let n = 1; n <= KEPT_BACKUPS + 1; n++) backUpDaily(database, day(n));
    expect(readdirSync(path.join(home, 'backups'))).toContain('notes.txt');
  });

  it('fails where the history is damaged, and leaves no copy', () => {
    backUpDaily(database, day(1));
    const bytes = readFileSync(database);
    bytes.fill(0xff, 4096, 12_288);
    writeFileSync(database, bytes);
    expect(() => backUpDaily(database, day(2))).toThrow(/is damaged.*credence restore/);
    expect(backupsOf(database).map(({ made_at }) => made_at)).toEqual(['2026-01-01T08:30:00Z']);
    expect(readdirSync(path.join(home, 'backups'))).toHaveLength(1);
  });

  it('is made while the app is open, once; what fails is told', async () => {
    vi.useFakeTimers();
    const run = vi.fn(() => {
      if (run.mock.calls.length > 1) return Promise.reject(new Error('no space'));
      backUpDaily(database, new Date());
      return Promise.resolve();
    });
    const warn = vi.fn();
    const end = startDailyBackup({ history: { path: database }, workbench: { run }, warn } as never);
    await vi.advanceTimersByTimeAsync(19 * 3_600_000);
    expect([run.mock.calls.length, warn.mock.calls.length]).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(3 * 3_600_000);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^The daily backup of the history failed\. /));
    end();
    const asked = run.mock.calls.length;
    await vi.advanceTimersByTimeAsync(48 * 3_600_000);
    expect(run.mock.calls.length).toBe(asked);
  });
});

describe('a backup', () => {
  let copy: string;
  beforeEach(() => {
    copy = path.join(home, 'copy.sqlite');
    backUp(database, copy);
    add('later');
  });

  it('comes back, and what was there is kept', () => {
    const aside = restoreBackup(database, copy);
    expect(namesIn()).toEqual(['first']);
    expect(namesIn(aside!)).toEqual(['later', 'first']);
    expect(namesIn(copy)).toEqual(['first']);
  });

  it('comes back where there is no history, or none that can be read', () => {
    const other = path.join(home, 'new', 'history.sqlite');
    expect(restoreBackup(other, copy)).toBeNull();
    expect(namesIn(other)).toEqual(['first']);
    writeFileSync(database, 'no database at all');
    const aside = restoreBackup(database, copy);
    expect(readFileSync(aside!, 'utf8')).toBe('no database at all');
    expect(namesIn()).toEqual(['first']);
  });

  it('is refused while a program has the history open, which stays as it is', () => {
    const open = openHistory(database);
    expect(() => restoreBackup(database, copy)).toThrow(/is open in another program: close Credence/);
    open.close();
    expect(namesIn()).toEqual(['later', 'first']);
  });

  it('is never overwritten', () => {
    expect(() => backUp(database, copy)).toThrow(/^backup: ".*copy\.sqlite" is there already/);
    expect(namesIn(copy)).toEqual(['first']);
  });

  it('that is half written is refused, wherever it ends, and the history stays', () => {
    const whole = readFileSync(copy);
    const before = readFileSync(database);
    const half = path.join(home, 'half.sqlite');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (size) => {
        writeFileSync(half, whole);
        truncateSync(half, size);
        expect(() => restoreBackup(database, half)).toThrow(/damaged|not a database|no history/);
      }),
      { numRuns: 60 },
    );
    expect(readFileSync(database)).toEqual(before);
    expect(readdirSync(home).filter((name) => name.includes('replaced') || name.endsWith('.part'))).toEqual(
      [],
    );
  });

  it.each<[string, (db: Database.Database) => void, RegExp]>([
    ['of another program', (db) => db.pragma('application_id = 7'), /database of another program/],
    ['of a version to come', (db) => db.pragma('user_version = 999'), /written by a newer Credence/],
  ])('%s is refused', (_what, change, message) => {
    const db = new Database(copy);
    change(db);
    db.close();
    expect(() => restoreBackup(database, copy)).toThrow(message);
    expect(namesIn()).toEqual(['later', 'first']);
  });

  it('is made, listed and brought back on the command line', async () => {
    const file = path.join(home, 'mine.sqlite');
    const none = await credence(['backup'], home);
    expect([none.code, none.stdout]).toEqual([0, expect.stringMatching(/^No backup of .* yet/)]);
    const made = await credence(['backup', file], home);
    expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^wrote .*mine\.sqlite \(/)]);
    backUpDaily(database);
    expect((await credence(['backup'], home)).stdout).toMatch(/backups\/history-.*\.sqlite/);
    add('gone');
    const back = await credence(['restore', file, '--json'], home);
    const { replaced } = JSON.parse(back.stdout) as { replaced: string };
    expect([namesIn(), existsSync(replaced)]).toEqual([['later', 'first'], true]);
    const missing = await credence(['restore', path.join(home, 'nothing')], home);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('is not there')]);
  });
});
