/**
 * The run history: one SQLite file, written so that what was recorded survives a crash or a power cut
 * (WAL, synchronous = FULL).
 */
import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { UserError } from '#shared/errors.ts';
import { answerQueries, type AnswerQueries } from './answers.ts';
import { analysisQueries, interruptLostParts, type AnalysisQueries } from './analyses.ts';
import { appQueries, type AppQueries } from './app.ts';
import { explained } from './errors.ts';
import { evaluationQueries, type EvaluationQueries } from './evaluations.ts';
import { experimentQueries, type ExperimentQueries } from './experiments.ts';
import { importQueries, type ImportQueries } from './imports.ts';
import { jobQueries, type JobQueries } from './jobs.ts';
import { migrate } from './migrate.ts';
import { moveQueries, type MoveQueries } from './moves.ts';
import { currentOwner } from './owner.ts';
import { defaultDatabasePath } from './paths.ts';
import { registrationQueries, type RegistrationQueries } from './registrations.ts';
import { interruptOrphans, runQueries, type RunQueries } from './runs.ts';
import { sweepQueries, type SweepQueries } from './sweeps.ts';
import { tableQueries, type TableQueries } from './table.ts';

/** Something the user should be told once, at start-up. */
export interface HistoryNotice {
  kind: 'interrupted' | 'migrated';
  message: string;
  /** The run concerned, for `interrupted`. */
  run?: number;
  experiment?: number;
}

export interface OpenOptions {
  onNotice?: (notice: HistoryNotice) => void;
  /** How long to wait for another process's write, in milliseconds. */
  busyTimeout?: number;
  /** The file is a copy of this one, by whose name it goes; it is removed with its folder at the end. */
  copyOf?: string;
}

/** First bytes of every SQLite file (sqlite.org/fileformat). */
const MAGIC = Buffer.from('SQLite format 3\0');

interface Lifecycle {
  readonly path: string;
  /** What the start-up pass found. */
  readonly notices: readonly HistoryNotice[];
  close(): void;
}

/**
 * All queries; every one throws `UserError` (code `history.…`) for causes outside the program: disk
 * full, read-only, locked for too long, damaged.
 */
export type History = Lifecycle &
  ExperimentQueries &
  RunQueries &
  EvaluationQueries &
  AnswerQueries &
  SweepQueries &
  AnalysisQueries &
  MoveQueries &
  ImportQueries &
  JobQueries &
  TableQueries &
  RegistrationQueries &
  AppQueries;

/**
 * Opens the run history, creating or migrating it, and turns runs whose process is gone into
 * `interrupted`.
 * @param path file to open; its folder is created
 * @throws UserError `history.*`: a folder, not a database, another program's database, written by a
 *   newer version, read-only, locked, disk full
 */
export function openHistory(path = defaultDatabasePath(), options: OpenOptions = {}): History {
  if (options.copyOf !== undefined) return openCopy(path, options.copyOf, options);
  const notices: HistoryNotice[] = [];
  const notify = (notice: HistoryNotice) => {
    notices.push(notice);
    options.onNotice?.(notice);
  };
  const db = explained(path, () => openDatabase(path, options.busyTimeout ?? 10_000));
  try {
    explained(path, () => startUp(db, path, notify));
  } catch (error) {
    db.close();
    throw error;
  }
  const owner = currentOwner();
  const experiments = experimentQueries(db, owner);
  const evaluations = evaluationQueries(db);
  const queries = {
    ...experiments,
    ...sweepQueries(db, experiments),
    ...runQueries(db, owner),
    ...evaluations,
    ...importQueries(db, experiments, evaluations),
    ...answerQueries(db),
    ...analysisQueries(db, owner),
    ...moveQueries(db),
    ...jobQueries(db),
    ...tableQueries(db),
    ...registrationQueries(db),
    ...appQueries(db),
  };
  return { ...explainingAll(queries, path), path, notices, close: () => void db.close() };
}

/** Opens a copy by the name of the original, whose folder paths in it are relative to. */
function openCopy(path: string, original: string, options: OpenOptions): History {
  const remove = () => rmSync(dirname(path), { recursive: true, force: true });
  const byName = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (error instanceof UserError) error.message = error.message.replaceAll(path, original);
      throw error;
    }
  };
  try {
    const history = byName(() => openHistory(path, { ...options, copyOf: undefined }));
    const close = () => {
      history.close();
      remove();
    };
    return { ...wrapped(history, byName), path: original, close };
  } catch (error) {
    remove();
    throw error;
  }
}

function openDatabase(path: string, timeout: number): Database.Database {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError('history.is-a-folder', `${path} is a folder: name a database file inside it`);
  }
  if (existsSync(path) && !statSync(path).isFile())
    throw new UserError('history.not-a-file', `${path} is a pipe or a device: name a database file`);
  mkdirSync(dirname(path), { recursive: true });
  refuseOtherFiles(path);
  return new Database(path, { timeout });
}

/** SQLite takes a file of a few bytes for an empty database and would overwrite it. */
function refuseOtherFiles(path: string): void {
  if (!existsSync(path) || statSync(path).size === 0) return;
  const start = Buffer.alloc(MAGIC.length);
  const file = openSync(path, 'r');
  readSync(file, start);
  closeSync(file);
  if (!start.equals(MAGIC)) throw Object.assign(new Error('not a database'), { code: 'SQLITE_NOTADB' });
}

function startUp(db: Database.Database, path: string, notify: (notice: HistoryNotice) => void): void {
  db.pragma('foreign_keys = ON');
  const migrated = migrate(db, path);
  // Only now that the file is known to be ours may anything in it change.
  if (db.pragma('journal_mode', { simple: true }) !== 'wal') db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  if (migrated?.backup) {
    notify({
      kind: 'migrated',
      message: `the history ${path} was brought from schema ${migrated.from} to the newest; a copy of the old file is ${migrated.backup}`,
    });
  }
  interruptLostParts(db);
  for (const { run, message } of interruptOrphans(db)) {
    notify({ kind: 'interrupted', message, run: run.id, experiment: run.experiment });
  }
}

/** The same functions, throwing explained errors. */
function explainingAll<T extends object>(queries: T, path: string): T {
  return wrapped(queries, (work) => explained(path, work));
}

/** The same values, functions run inside `run`. */
function wrapped<T extends object>(queries: T, run: <R>(work: () => R) => R): T {
  const entries = Object.entries(queries).map(([name, query]: [string, unknown]) => [
    name,
    typeof query === 'function'
      ? (...args: unknown[]) => run(() => (query as (...args: unknown[]) => unknown)(...args))
      : query,
  ]);
  return Object.fromEntries(entries) as T;
}
