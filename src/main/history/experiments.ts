/** Queries about experiments: what was asked, and the list of what there is. */
import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { UserError } from '#shared/errors.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { folderLabel, isFolder } from '#shared/folders.ts';
import { plannedRuns, runLabel } from '#shared/planned-runs.ts';
import type { DatasetReport, ExperimentRecord, ExperimentSummary, RunRecord } from '#shared/records.ts';
import { ourConfig, type SavedConfig } from '#shared/saved-config.ts';
import type { SweepCell } from '#shared/sweep.ts';
import { readExperiment, summary, toSummary, type SummaryRow } from './experiment-rows.ts';
import type { Owner } from './owner.ts';
import { LIVE, readRuns } from './runs.ts';

export interface NewExperiment {
  /** The whole resolved config; its runs are those of `plannedRuns`. That of another program is saved without any. */
  config: SavedConfig;
  /** What it goes by in every history; a fresh one where nothing says it. */
  uid?: string;
  /** Version of the program. */
  version: string;
  dataset_report?: DatasetReport | null;
  /** Bytes that training one of its runs takes, where that was reckoned. */
  memory?: number | null;
  /** False saves it without any run. */
  start?: boolean;
  /** The sweep it is a cell of. */
  sweep?: { id: number; cell: SweepCell };
}

export type ExperimentQueries = ReturnType<typeof experimentQueries>;

/** The queries about experiments on an open database; `owner` is this process. */
export function experimentQueries(db: Database, owner: Owner) {
  const insertRun = db.prepare(
    `INSERT INTO runs
       (experiment, seed, seed_stage2, stage1_epoch, owner_pid, owner_start, heartbeat_at, created_at)
     VALUES (@experiment, @seed, @seed_stage2, @stage1_epoch, @pid, @start, @now, @now)`,
  );

  const summaryRow = db.prepare<[{ id: number }], SummaryRow>(
    `${summary('WHERE experiment = @id')} WHERE experiments.id = @id GROUP BY experiments.id`,
  );
  const byData = db.prepare(
    `SELECT id, json_extract(config, '$.dataset.path') AS path FROM experiments
     WHERE deleted_at IS NULL AND path IS NOT NULL ORDER BY id`,
  );
  const present = db.prepare('SELECT 1 FROM experiments WHERE id = ? AND deleted_at IS NULL');

  const exists = (id: number): boolean => present.get(id) !== undefined;

  function assertExists(id: number): void {
    if (exists(id)) return;
    throw new UserError(
      'history.no-experiment',
      `experiment ${id} is not in ${db.name}: list the saved experiments to see their numbers`,
    );
  }

  function addMissingRuns(experiment: number, config: ExperimentConfig): void {
    const known = new Set(readRuns(db, 'WHERE experiment = ?', experiment).map(runLabel));
    const now = new Date().toISOString();
    for (const run of plannedRuns(config))
      if (!known.has(runLabel(run))) insertRun.run({ experiment, ...run, ...owner, now });
  }

  function assertIdle(id: number): void {
    const live = readRuns(db, `WHERE experiment = ? AND state IN (${LIVE})`, id);
    if (live.length === 0) return;
    throw new UserError(
      'history.experiment-busy',
      `experiment ${id} has ${live.length} unfinished ${live.length === 1 ? 'run' : 'runs'}: cancel before deleting it`,
    );
  }

  return {
    /** Saves a new experiment with its runs queued, all owned by this process, or with none. */
    createExperiment: db.transaction(
      (experiment: NewExperiment): { experiment: ExperimentRecord; runs: RunRecord[] } => {
        const now = new Date().toISOString();
        const report = experiment.dataset_report ?? null;
        const { lastInsertRowid } = db
          .prepare(
            `INSERT INTO experiments (uid, name, config, version, dataset_report, memory, created_at, sweep, cell)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(
            experiment.uid ?? randomUUID(),
            experiment.config.name,
            JSON.stringify(experiment.config),
            experiment.version,
            report && JSON.stringify(report),
            experiment.memory ?? null,
            now,
            experiment.sweep?.id ?? null,
            experiment.sweep ? JSON.stringify(experiment.sweep.cell) : null,
          );
        const id = Number(lastInsertRowid);
        const saved = readExperiment(db, id)!;
        if (experiment.start ?? true) addMissingRuns(id, ourConfig(saved, 'train it'));
        return { experiment: saved, runs: readRuns(db, 'WHERE experiment = ?', id) };
      },
    ).immediate,

    /** Queues every run of the config that is not there yet. @returns the new runs */
    addRuns: db.transaction((id: number): RunRecord[] => {
      assertExists(id);
      const before = new Set(readRuns(db, 'WHERE experiment = ?', id).map((run) => run.id));
      addMissingRuns(id, ourConfig(readExperiment(db, id)!, 'train it'));
      return readRuns(db, 'WHERE experiment = ?', id).filter((run) => !before.has(run.id));
    }).immediate,

    /**
     * Adds seeds to the config and queues their runs.
     * @param seeds none of which it has
     * @throws UserError `history.no-experiment`
     */
    addSeeds: db.transaction((id: number, seeds: readonly number[]): RunRecord[] => {
      assertExists(id);
      const config = ourConfig(readExperiment(db, id)!, 'train more seeds');
      const runs = readRuns(db, 'WHERE experiment = ?', id);
      const finished = new Set(runs.filter(({ state }) => state === 'done').map(({ seed }) => seed)).size;
      const whole = { ...config, seeds: [...config.seeds, ...seeds] };
      db.prepare('UPDATE experiments SET config = ? WHERE id = ?').run(JSON.stringify(whole), id);
      db.prepare(
        'INSERT INTO seed_additions (experiment, created_at, seeds, finished) VALUES (?, ?, ?, ?)',
      ).run(id, new Date().toISOString(), JSON.stringify(seeds), finished);
      addMissingRuns(id, whole);
      const known = new Set(runs.map((run) => run.id));
      return readRuns(db, 'WHERE experiment = ?', id).filter((run) => !known.has(run.id));
    }).immediate,

    /** Experiments by the path of their data, deleted ones aside. */
    experimentsByData(): Map<string, number[]> {
      const rows = byData.all() as { id: number; path: string }[];
      return new Map(
        [...Map.groupBy(rows, ({ path }) => path)].map(([path, of]) => [path, of.map(({ id }) => id)]),
      );
    },

    /** What experiments read by path, with its SHA-256 where that was recorded; deleted ones too. */
    dataReaders: (): { id: number; path: string; sha256: string | null }[] =>
      db
        .prepare<[], { id: number; path: string; sha256: string | null }>(
          `SELECT id, config ->> '$.dataset.path' AS path, (
             SELECT f.value ->> 'sha256' FROM json_each(dataset_report, '$.files') AS f
             WHERE f.value ->> 'path' = config ->> '$.dataset.path') AS sha256
           FROM experiments WHERE path IS NOT NULL ORDER BY id`,
        )
        .all(),

    /** Whether there is such an experiment, deleted ones aside. */
    hasExperiment: exists,

    /** @throws UserError `history.no-experiment` */
    getExperiment(id: number): ExperimentRecord {
      assertExists(id);
      return readExperiment(db, id)!;
    },

    /** Bytes that training one of its runs takes; null where that was not reckoned when it was made. */
    memoryOf(id: number): number | null {
      return (
        db.prepare<[number], number | null>('SELECT memory FROM experiments WHERE id = ?').pluck().get(id) ??
        null
      );
    },

    /**
     * Experiments, newest first, with their runs counted by state; archived ones only if asked for.
     * @param options.deleted those that were deleted and can be restored, instead of the others
     */
    listExperiments(options: { archived?: boolean; deleted?: boolean } = {}): ExperimentSummary[] {
      const shown = options.archived || options.deleted ? '' : 'AND archived = 0';
      const where = `WHERE deleted_at IS ${options.deleted ? 'NOT NULL' : 'NULL'} ${shown}`;
      return db
        .prepare<[], SummaryRow>(`${summary()} ${where} GROUP BY experiments.id ORDER BY experiments.id DESC`)
        .all()
        .map(toSummary);
    },

    /**
     * One row of the list of experiments.
     * @throws UserError `history.no-experiment`
     */
    summaryOf(id: number): ExperimentSummary {
      assertExists(id);
      return toSummary(summaryRow.get({ id })!);
    },

    /** Keeps what reading the dataset left out. */
    setDatasetReport(id: number, report: DatasetReport): void {
      assertExists(id);
      db.prepare('UPDATE experiments SET dataset_report = ? WHERE id = ?').run(JSON.stringify(report), id);
    },

    renameExperiment(id: number, name: string): void {
      assertExists(id);
      db.prepare('UPDATE experiments SET name = ? WHERE id = ?').run(name, id);
    },

    /** Hides an experiment from the list, or shows it again. */
    archiveExperiment(id: number, archived = true): void {
      assertExists(id);
      db.prepare('UPDATE experiments SET archived = ? WHERE id = ?').run(Number(archived), id);
    },

    /**
     * Hides an experiment everywhere until it is restored or purged.
     * @throws UserError `history.no-experiment`; `history.experiment-busy` as `deleteExperiment`
     */
    trashExperiment: db.transaction((id: number): void => {
      assertExists(id);
      assertIdle(id);
      db.prepare('UPDATE experiments SET deleted_at = ? WHERE id = ?').run(new Date().toISOString(), id);
    }).immediate,

    /** Brings a deleted experiment back; one that is not deleted stays as it is. */
    restoreExperiment(id: number): void {
      const { changes } = db.prepare('UPDATE experiments SET deleted_at = NULL WHERE id = ?').run(id);
      if (changes === 0) assertExists(id);
    },

    /** Experiments that were deleted before a time (ISO 8601), to be removed for good. */
    deletedBefore: (time: string): number[] =>
      db
        .prepare<[string], number>('SELECT id FROM experiments WHERE deleted_at < ? ORDER BY id')
        .pluck()
        .all(time) as number[],

    /**
     * Removes an experiment with its runs and everything recorded about them.
     * @returns the files (checkpoints, artefacts) that were recorded, relative to the data folder, for
     *   the caller to delete
     * @throws UserError `history.no-experiment`; `history.experiment-busy` while a run is queued,
     *   running or paused
     */
    deleteExperiment: db.transaction((id: number): string[] => {
      if (!readExperiment(db, id)) assertExists(id);
      assertIdle(id);
      const files = db
        .prepare(
          `SELECT path FROM checkpoints JOIN runs ON runs.id = checkpoints.run WHERE runs.experiment = @id
           UNION SELECT path FROM artefacts WHERE experiment = @id`,
        )
        .pluck()
        .all({ id }) as string[];
      db.prepare('DELETE FROM experiments WHERE id = ?').run(id);
      return files;
    }).immediate,

    /** Every label in use. */
    allLabels: (): string[] =>
      db
        .prepare(
          'SELECT DISTINCT label FROM labels JOIN experiments ON id = experiment WHERE deleted_at IS NULL ORDER BY label',
        )
        .pluck()
        .all() as string[],

    /** Adds a label to an experiment; adding it twice changes nothing, a folder takes the place of another, `/` of any. */
    addLabel: db.transaction((id: number, label: string): void => {
      assertExists(id);
      const name = isFolder(label.trim()) ? folderLabel(label) : label.trim();
      if (isFolder(name))
        db.prepare("DELETE FROM labels WHERE experiment = ? AND substr(label, 1, 1) = '/'").run(id);
      if (name !== '/')
        db.prepare('INSERT OR IGNORE INTO labels (experiment, label) VALUES (?, ?)').run(id, name);
    }),

    removeLabel(id: number, label: string): void {
      db.prepare('DELETE FROM labels WHERE experiment = ? AND label = ?').run(id, label.trim());
    },
  };
}
