/**
 * The database schema as a numbered list of migrations: entry i takes a file from `user_version` i to
 * i + 1. Entries are never edited once released; a change of the schema is a new entry.
 */
import type { Database } from 'better-sqlite3';
import { UserError } from '#shared/errors.ts';

/** Marks the file as ours (SQLite `application_id`): "CRED" in ASCII. */
export const APPLICATION_ID = 0x43524544;

const INITIAL = `
CREATE TABLE experiments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  config TEXT NOT NULL CHECK (json_valid(config)),
  version TEXT NOT NULL,
  dataset_report TEXT CHECK (dataset_report IS NULL OR json_valid(dataset_report)),
  created_at TEXT NOT NULL,
  archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1))
) STRICT;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  seed INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (
    state IN ('queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted')),
  error_code TEXT,
  error_message TEXT,
  owner_pid INTEGER,
  owner_start TEXT,
  worker_pid INTEGER,
  heartbeat_at TEXT,
  created_at TEXT NOT NULL,
  started_at TEXT,
  finished_at TEXT,
  seconds REAL NOT NULL DEFAULT 0,
  engine TEXT,
  device TEXT,
  corpus_hash TEXT
) STRICT;
CREATE INDEX runs_by_experiment ON runs (experiment, state);
CREATE INDEX runs_alive ON runs (state) WHERE state IN ('queued', 'running', 'paused');

CREATE TABLE stages (
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  position INTEGER NOT NULL,
  epochs INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  seconds REAL NOT NULL,
  train_loss REAL,
  finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
  PRIMARY KEY (run, stage)
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluations (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  step INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (run, stage, epoch)
) STRICT;

CREATE TABLE metrics (
  evaluation INTEGER NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
  subset TEXT NOT NULL,
  test TEXT NOT NULL,
  exact_match REAL NOT NULL,
  loss REAL,
  count INTEGER NOT NULL,
  PRIMARY KEY (evaluation, subset, test)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  step INTEGER NOT NULL,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (run, path)
) STRICT;

CREATE TABLE artefacts (
  id INTEGER PRIMARY KEY,
  experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  run INTEGER REFERENCES runs (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (experiment, path)
) STRICT;
CREATE INDEX artefacts_by_run ON artefacts (run);

CREATE TABLE notes (
  id INTEGER PRIMARY KEY,
  experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  run INTEGER REFERENCES runs (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX notes_by_experiment ON notes (experiment);
CREATE INDEX notes_by_run ON notes (run);

CREATE TABLE labels (
  experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  PRIMARY KEY (experiment, label)
) STRICT, WITHOUT ROWID;
`;

/** The app: deleting with undo, headlines for the list, logs, loss traces, settings. */
const APP = `
ALTER TABLE experiments ADD COLUMN deleted_at TEXT;

CREATE TABLE headlines (
  experiment INTEGER PRIMARY KEY REFERENCES experiments (id) ON DELETE CASCADE,
  stamp TEXT NOT NULL,
  headline TEXT NOT NULL CHECK (json_valid(headline))
) STRICT;

CREATE TABLE log (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  level TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX log_by_run ON log (run);

CREATE TABLE traces (
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  loss REAL NOT NULL,
  examples_per_second REAL NOT NULL,
  PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
`;

/** Token F1 beside exact match. */
const F1 = 'ALTER TABLE metrics ADD COLUMN f1 REAL;';

/** Several runs of one seed (stage-2 seeds, starting points of stage 2), and sweeps: experiments in one group. */
const NESTED_RUNS_AND_SWEEPS = `
ALTER TABLE runs ADD COLUMN seed_stage2 INTEGER;
ALTER TABLE runs ADD COLUMN stage1_epoch INTEGER;

CREATE TABLE sweeps (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  spec TEXT NOT NULL CHECK (json_valid(spec)),
  version TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

ALTER TABLE experiments ADD COLUMN sweep INTEGER REFERENCES sweeps (id) ON DELETE SET NULL;
ALTER TABLE experiments ADD COLUMN cell TEXT CHECK (cell IS NULL OR json_valid(cell));
CREATE INDEX experiments_by_sweep ON experiments (sweep) WHERE sweep IS NOT NULL;
`;

/** Curves and effects of finished experiments as the app answered them last, by what was asked. */
const REPLIES = `
CREATE TABLE replies (
  experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  request TEXT NOT NULL,
  stamp TEXT NOT NULL,
  reply TEXT NOT NULL,
  PRIMARY KEY (experiment, request)
) STRICT;
`;

/** What each run read, as one hash; that of the experiment's files is in its dataset report. */
const DATA_HASH = 'ALTER TABLE runs ADD COLUMN data_hash TEXT;';

/** A column for each metric of any task; exact match is of texts alone. */
const METRICS_BY_TASK = `
CREATE TABLE measured (
  evaluation INTEGER NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
  subset TEXT NOT NULL,
  test TEXT NOT NULL,
  exact_match REAL,
  f1 REAL,
  accuracy REAL,
  mse REAL,
  loss REAL,
  count INTEGER NOT NULL,
  PRIMARY KEY (evaluation, subset, test)
) STRICT, WITHOUT ROWID;
INSERT INTO measured (evaluation, subset, test, exact_match, f1, loss, count)
  SELECT evaluation, subset, test, exact_match, f1, loss, count FROM metrics;
DROP TABLE metrics;
ALTER TABLE measured RENAME TO metrics;
`;

/** What a run answered to each test at the end of a stage, as a JSON array in the order of the tests. */
const ANSWERS = `
CREATE TABLE answers (
  evaluation INTEGER PRIMARY KEY REFERENCES evaluations (id) ON DELETE CASCADE,
  answers TEXT NOT NULL CHECK (json_valid(answers))
) STRICT;
`;

/** Answers of any task as bytes, with the questions of each seed beside them (`src/lab/answers/codec.ts`). */
const QUESTIONS_AND_ANSWERS = `
CREATE TABLE question_sets (
  id INTEGER PRIMARY KEY,
  experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  questions BLOB NOT NULL,
  UNIQUE (experiment, hash)
) STRICT;

CREATE TABLE given (
  evaluation INTEGER PRIMARY KEY REFERENCES evaluations (id) ON DELETE CASCADE,
  questions INTEGER REFERENCES question_sets (id) ON DELETE CASCADE,
  answers BLOB NOT NULL
) STRICT;
INSERT INTO given (evaluation, answers) SELECT evaluation, CAST(answers AS BLOB) FROM answers;
DROP TABLE answers;
ALTER TABLE given RENAME TO answers;
CREATE INDEX answers_by_questions ON answers (questions);
`;

/** Analyses of what is inside models, and what each gave for each run; `weights`: what was looked at. */
const ANALYSES = `
CREATE TABLE analyses (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  params TEXT NOT NULL CHECK (json_valid(params)),
  version TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (experiment, params)
) STRICT;

CREATE TABLE analysis_parts (
  analysis INTEGER NOT NULL REFERENCES analyses (id) ON DELETE CASCADE,
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (
    state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
  error_code TEXT,
  error_message TEXT,
  owner_pid INTEGER,
  owner_start TEXT,
  heartbeat_at TEXT,
  weights TEXT NOT NULL,
  seconds REAL NOT NULL DEFAULT 0,
  result TEXT CHECK (result IS NULL OR json_valid(result)),
  PRIMARY KEY (analysis, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX analysis_parts_by_run ON analysis_parts (run);
`;

/** Seeds that an experiment was not made with. */
const SEED_ADDITIONS = `
CREATE TABLE seed_additions (
  id INTEGER PRIMARY KEY,
  experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  seeds TEXT NOT NULL CHECK (json_valid(seeds)),
  finished INTEGER NOT NULL
) STRICT;
CREATE INDEX seed_additions_by_experiment ON seed_additions (experiment);
`;

/**
 * What experiments and sweeps go by in every history that they are moved to; those from before go by when they were
 * made and their number then.
 */
const IDENTITIES = `
ALTER TABLE experiments ADD COLUMN uid TEXT;
UPDATE experiments SET uid = created_at || ' ' || id;
CREATE UNIQUE INDEX experiments_by_uid ON experiments (uid);
ALTER TABLE sweeps ADD COLUMN uid TEXT;
UPDATE sweeps SET uid = created_at || ' ' || id;
CREATE UNIQUE INDEX sweeps_by_uid ON sweeps (uid);
`;

/** Jobs on a cluster; which run trains in which task of one. */
const JOBS = `
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  place TEXT NOT NULL CHECK (json_valid(place)),
  options TEXT NOT NULL CHECK (json_valid(options)),
  state TEXT NOT NULL,
  asked_at TEXT,
  error TEXT,
  tasks TEXT NOT NULL CHECK (json_valid(tasks))
) STRICT;
ALTER TABLE runs ADD COLUMN job INTEGER REFERENCES jobs (id) ON DELETE SET NULL;
ALTER TABLE runs ADD COLUMN task INTEGER;
CREATE INDEX runs_by_job ON runs (job) WHERE job IS NOT NULL;
`;

/**
 * What was registered before it was run. The rows belong to no row of an experiment: they outlive it. Whatever program
 * asks, none is changed or removed.
 */
const REGISTRATIONS = `
CREATE TABLE registrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  text TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER registrations_stay BEFORE DELETE ON registrations
BEGIN SELECT RAISE(ABORT, 'a pre-registration cannot be removed'); END;
CREATE TRIGGER registrations_are_locked BEFORE UPDATE ON registrations
BEGIN SELECT RAISE(ABORT, 'a pre-registration cannot be changed'); END;
`;

/** Whether an experiment of another program had a column that was read as the number of questions. */
const HAS_COUNTS = `EXISTS (
  SELECT 1 FROM json_each(x.config, '$.source.columns') AS c WHERE c.value ->> 'becomes' = 'count')`;

/** In this order: few experiments are imported, and metrics are many. */
const IMPORTED_ONES = `
  experiments AS x CROSS JOIN runs AS r ON r.experiment = x.id CROSS JOIN evaluations AS e ON e.run = r.id
  CROSS JOIN metrics AS m ON m.evaluation = e.id WHERE x.config ->> 'task' = 'imported' AND m.count = 1`;

/**
 * Imports of earlier versions kept 1 where nobody said how many questions were asked; now that is −1. Where no column
 * was read as a count, none of them was said. Where one was, some of its cells may have been empty: what they say
 * stays, and the log of the run tells it.
 */
const COUNTS_NOT_SAID = `
UPDATE metrics SET count = -1 WHERE count = 1 AND evaluation IN (
  SELECT e.id FROM ${IMPORTED_ONES} AND NOT ${HAS_COUNTS});
INSERT INTO log (run, at, level, text)
  SELECT DISTINCT r.id, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'warning',
    'Where a cell of the count was empty, an earlier version of Credence kept 1: a count of 1 of this run may be one that nobody said. Importing its file into another history (credence import FILE --db NEW.sqlite) tells them apart.'
  FROM ${IMPORTED_ONES} AND ${HAS_COUNTS};
`;

export const MIGRATIONS: readonly string[] = [
  INITIAL,
  APP,
  F1,
  NESTED_RUNS_AND_SWEEPS,
  REPLIES,
  DATA_HASH,
  METRICS_BY_TASK,
  ANSWERS,
  QUESTIONS_AND_ANSWERS,
  ANALYSES,
  SEED_ADDITIONS,
  IDENTITIES,
  JOBS,
  REGISTRATIONS,
  COUNTS_NOT_SAID,
];

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
