/** Migrations from 10 on, in order: analyses, later seeds, moves, jobs, registrations, imports. Never edited once released. */

/** Analyses of what is inside models, and what each gave for each run; `weights`: what was looked at. */
export const ANALYSES = `
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
export const SEED_ADDITIONS = `
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
export const IDENTITIES = `
ALTER TABLE experiments ADD COLUMN uid TEXT;
UPDATE experiments SET uid = created_at || ' ' || id;
CREATE UNIQUE INDEX experiments_by_uid ON experiments (uid);
ALTER TABLE sweeps ADD COLUMN uid TEXT;
UPDATE sweeps SET uid = created_at || ' ' || id;
CREATE UNIQUE INDEX sweeps_by_uid ON sweeps (uid);
`;

/** Jobs on a cluster; which run trains in which task of one. */
export const JOBS = `
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
export const REGISTRATIONS = `
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
export const COUNTS_NOT_SAID = `
UPDATE metrics SET count = -1 WHERE count = 1 AND evaluation IN (
  SELECT e.id FROM ${IMPORTED_ONES} AND NOT ${HAS_COUNTS});
INSERT INTO log (run, at, level, text)
  SELECT DISTINCT r.id, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 'warning',
    'Where a cell of the count was empty, an earlier version of Credence kept 1: a count of 1 of this run may be one that nobody said. Importing its file into another history (credence import FILE --db NEW.sqlite) tells them apart.'
  FROM ${IMPORTED_ONES} AND ${HAS_COUNTS};
`;

/** Bytes that training one of its runs takes; NULL where that was not reckoned, and where the model is small. */
export const MEMORY_OF_RUNS = `ALTER TABLE experiments ADD COLUMN memory INTEGER;`;
