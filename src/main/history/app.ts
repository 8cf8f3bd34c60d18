/** Queries that the app adds: headlines kept for the list, logs and loss traces of runs, settings. */
import type { Database } from 'better-sqlite3';
import type { Headline } from '#shared/api/experiments.ts';
import type { LogLine, TracePoint } from '#shared/api/runs.ts';

export type AppQueries = ReturnType<typeof appQueries>;

/** A loss as it is kept; its epoch follows from the stages. */
export type StoredTracePoint = Omit<TracePoint, 'epoch'>;

/** The queries of the app on an open database. */
export function appQueries(db: Database) {
  return {
    /**
     * What experiments found, as worked out last. A stamp changes whenever a run ends or is added: where it
     * is not the experiment's stamp of now, the headline is out of date.
     */
    headlines: (): Map<number, { stamp: string; headline: Headline }> =>
      new Map(
        db
          .prepare<[], { experiment: number; stamp: string; headline: string }>('SELECT * FROM headlines')
          .all()
          .map(({ experiment, stamp, headline }) => [
            experiment,
            { stamp, headline: JSON.parse(headline) as Headline },
          ]),
      ),

    keepHeadline(experiment: number, stamp: string, headline: Headline): void {
      db.prepare('INSERT OR REPLACE INTO headlines (experiment, stamp, headline) VALUES (?, ?, ?)').run(
        experiment,
        stamp,
        JSON.stringify(headline),
      );
    },

    addLogLine(run: number, { at, level, text }: LogLine): void {
      db.prepare('INSERT INTO log (run, at, level, text) VALUES (?, ?, ?, ?)').run(run, at, level, text);
    },

    logOf(run: number): LogLine[] {
      return db
        .prepare<[number], LogLine>('SELECT at, level, text FROM log WHERE run = ? ORDER BY id')
        .all(run);
    },

    /** Keeps a point of the loss; what a resumed run had beyond it is dropped. */
    recordTrace: db.transaction((run: number, point: StoredTracePoint): void => {
      db.prepare('DELETE FROM traces WHERE run = ? AND step >= ?').run(run, point.step);
      db.prepare('INSERT INTO traces (run, step, loss, examples_per_second) VALUES (?, ?, ?, ?)').run(
        run,
        point.step,
        point.loss,
        point.examples_per_second,
      );
    }).immediate,

    traceOf(run: number): StoredTracePoint[] {
      return db
        .prepare<[number], StoredTracePoint>(
          'SELECT step, loss, examples_per_second FROM traces WHERE run = ? ORDER BY step',
        )
        .all(run);
    },

    /** A value kept under a name, as JSON; undefined where there is none. */
    readSetting(key: string): unknown {
      const text = db.prepare('SELECT value FROM settings WHERE key = ?').pluck().get(key);
      return typeof text === 'string' ? (JSON.parse(text) as unknown) : undefined;
    },

    writeSetting(key: string, value: unknown): void {
      db.prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)').run(
        key,
        JSON.stringify(value),
      );
    },

    /** Changes whenever another process wrote to the database. */
    foreignChanges: (): number => Number(db.pragma('data_version', { simple: true })),
  };
}
