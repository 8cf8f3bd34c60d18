/** Queries about sweeps: experiments that were made together and differ in the swept fields. */
import type { Database } from 'better-sqlite3';
import { UserError } from '#shared/errors.ts';
import type { ExperimentRecord, RunRecord, SweepRecord } from '#shared/records.ts';
import type { SweepCell, SweepSpec } from '#shared/sweep.ts';
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
export function sweepQueries(db: Database, createExperiment: ExperimentQueries['createExperiment']) {
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
    const row = db.prepare<[number], SweepRow>('SELECT * FROM sweeps WHERE id = ?').get(id);
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
        .prepare('INSERT INTO sweeps (name, spec, version, created_at) VALUES (?, ?, ?, ?)')
        .run(name, JSON.stringify(spec), version, new Date().toISOString());
      const id = Number(lastInsertRowid);
      const experiments = cells.map(({ cell, ...experiment }) =>
        createExperiment({ ...experiment, version, sweep: { id, cell } }),
      );
      return { sweep: getSweep(id), experiments };
    }).immediate,

    getSweep,

    /** Sweeps that still have an experiment, newest first. */
    listSweeps: (): SweepRecord[] =>
      db
        .prepare<[], SweepRow>('SELECT * FROM sweeps ORDER BY id DESC')
        .all()
        .map(toRecord)
        .filter(({ experiments }) => experiments.length > 0),
  };
}
