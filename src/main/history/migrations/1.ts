/** The first schema. Never edited once released. */

export const INITIAL = `
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
