/** Queries about sweeps: experiments that were made together and differ in the swept fields. */
import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { UserError } from '#shared/errors.ts';
import type { ExperimentRecord, RunRecord, SweepRecord } from '#shared/records.ts';
import { cellName, type SweepCell, type SweepSpec } from '#shared/sweep.ts';
import type { ExperimentQueries, NewExperiment } from './experiments.ts';

export interface NewSweep {
  name: string;
  spec: SweepSpec;
  version: string;
  /** One experiment per combination. */
  cells: (Pick<NewExperiment, 'config' | 'dataset_report'> & { cell: SweepCell })[];
}

export interface CreatedSweep {
  sweep: SweepRecord;
  experiments: { experiment: ExperimentRecord; runs: RunRecord[] }[];
}

export type SweepQueries = ReturnType<typeof sweepQueries>;

type SweepRow = Omit<SweepRecord, 'spec' | 'experiments'> & { spec: string };

/** The queries about sweeps on an open database. */
export function sweepQueries(
  db: Database,
  {
    createExperiment,
    renameExperiment,
    archiveExperiment,
    trashExperiment,
  }: Pick<
    ExperimentQueries,
    'createExperiment' | 'renameExperiment' | 'archiveExperiment' | 'trashExperiment'
  >,
) {
  function experimentsOf(sweep: number): SweepRecord['experiments'] {
    return db
      .prepare<[number], { id: number; cell: string }>(
        'SELECT id, cell FROM experiments WHERE sweep = ? AND deleted_at IS NULL ORDER BY id',
      )
      .all(sweep)
      .map(({ id, cell }) => ({ id, cell: JSON.parse(cell) as SweepCell }));
  }

  function toRecord({ spec, ...row }: SweepRow): SweepRecord {
    return { ...row, spec: JSON.parse(spec) as SweepSpec, experiments: experimentsOf(row.id) };
  }

  /** @throws UserError `history.no-sweep` */
  function getSweep(id: number): SweepRecord {
    const row = db
      .prepare<[number], SweepRow>('SELECT id, name, spec, version, created_at FROM sweeps WHERE id = ?')
      .get(id);
    const sweep = row && toRecord(row);
    if (sweep && sweep.experiments.length > 0) return sweep;
    throw new UserError(
      'history.no-sweep',
      `sweep s${id} is not in ${db.name}: list the saved experiments to see the sweeps among them`,
    );
  }

  return {
    /** Saves a sweep with one experiment per combination and all their runs queued, or nothing at all. */
    createSweep: db.transaction(({ name, spec, version, cells }: NewSweep): CreatedSweep => {
      const { lastInsertRowid } = db
        .prepare('INSERT INTO sweeps (uid, name, spec, version, created_at) VALUES (?, ?, ?, ?, ?)')
        .run(randomUUID(), name, JSON.stringify(spec), version, new Date().toISOString());
      const id = Number(lastInsertRowid);
      const experiments = cells.map(({ cell, ...experiment }) =>
        createExperiment({ ...experiment, version, sweep: { id, cell } }),
      );
      return { sweep: getSweep(id), experiments };
    }).immediate,

    getSweep,

    /** Renames a sweep, and its experiments where they still bear the name they were given. */
    renameSweep: db.transaction((id: number, name: string): void => {
      const sweep = getSweep(id);
      db.prepare('UPDATE sweeps SET name = ? WHERE id = ?').run(name, id);
      const nameOf = db.prepare<[number], string>('SELECT name FROM experiments WHERE id = ?').pluck();
      for (const { id: experiment, cell } of sweep.experiments)
        if (nameOf.get(experiment) === cellName(sweep.name, cell))
          renameExperiment(experiment, cellName(name, cell));
    }).immediate,

    /**
     * Archives all experiments of a sweep, or takes them from the archive.
     * @returns those that were not so before
     */
    archiveSweep: db.transaction((id: number, archived: boolean): number[] => {
      const { experiments } = getSweep(id);
      const other = db
        .prepare<[number, number], number>('SELECT id FROM experiments WHERE sweep = ? AND archived <> ?')
        .pluck()
        .all(id, Number(archived)) as number[];
      const changed = experiments
        .map(({ id: experiment }) => experiment)
        .filter((each) => other.includes(each));
      for (const experiment of changed) archiveExperiment(experiment, archived);
      return changed;
    }).immediate,

    /**
     * Hides a sweep with all its experiments until they are restored or purged; all of them or none.
     * @returns the experiments
     * @throws UserError `history.experiment-busy` while a run is queued, running or paused
     */
    trashSweep: db.transaction((id: number): number[] => {
      const experiments = getSweep(id).experiments.map(({ id: experiment }) => experiment);
      for (const experiment of experiments) trashExperiment(experiment);
      return experiments;
    }).immediate,

    /** Sweeps that still have an experiment, newest first. */
    listSweeps: (): SweepRecord[] =>
      db
        .prepare<[], SweepRow>('SELECT * FROM sweeps ORDER BY id DESC')
        .all()
        .map(toRecord)
        .filter(({ experiments }) => experiments.length > 0),
  };
}
