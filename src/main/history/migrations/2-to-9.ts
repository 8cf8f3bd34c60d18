/** Migrations 2 to 9, in order: the app, sweeps, metrics of any task, answers. Never edited once released. */

/** The app: deleting with undo, headlines for the list, logs, loss traces, settings. */
export const APP = `
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
export const F1 = 'ALTER TABLE metrics ADD COLUMN f1 REAL;';

/** Several runs of one seed (stage-2 seeds, starting points of stage 2), and sweeps: experiments in one group. */
export const NESTED_RUNS_AND_SWEEPS = `
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
export const REPLIES = `
CREATE TABLE replies (
  experiment INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  request TEXT NOT NULL,
  stamp TEXT NOT NULL,
  reply TEXT NOT NULL,
  PRIMARY KEY (experiment, request)
) STRICT;
`;

/** What each run read, as one hash; that of the experiment's files is in its dataset report. */
export const DATA_HASH = 'ALTER TABLE runs ADD COLUMN data_hash TEXT;';

/** A column for each metric of any task; exact match is of texts alone. */
export const METRICS_BY_TASK = `
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
export const ANSWERS = `
CREATE TABLE answers (
  evaluation INTEGER PRIMARY KEY REFERENCES evaluations (id) ON DELETE CASCADE,
  answers TEXT NOT NULL CHECK (json_valid(answers))
) STRICT;
`;

/** Answers of any task as bytes, with the questions of each seed beside them (`src/lab/answers/codec.ts`). */
export const QUESTIONS_AND_ANSWERS = `
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
