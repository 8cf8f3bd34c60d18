/** Queries that the app adds: headlines and replies that are kept, logs and loss traces of runs, settings. */
import type { Database } from 'better-sqlite3';
import type { Headline } from '#shared/api/experiments.ts';
import type { LogLine } from '#shared/api/runs.ts';
import type { LossPoint } from '#shared/progress.ts';

export type AppQueries = ReturnType<typeof appQueries>;

/** What the app answered to a request about an experiment, as JSON; true while its stamp is. */
export interface KeptReply {
  experiment: number;
  request: string;
  stamp: string;
  reply: string;
}

/** The queries of the app on an open database. */
export function appQueries(db: Database) {
  const ownChanges = db.prepare('SELECT total_changes()').pluck();
  const foreignChanges = () => Number(db.pragma('data_version', { simple: true }));
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

    /** A reply kept for a request, as JSON; undefined where there is none, or one for another stamp. */
    keptReply(experiment: number, request: string, stamp: string): string | undefined {
      return db
        .prepare<[number, string, string], string>(
          'SELECT reply FROM replies WHERE experiment = ? AND request = ? AND stamp = ?',
        )
        .pluck()
        .get(experiment, request, stamp) as string | undefined;
    },

    keepReplies: db.transaction((replies: readonly KeptReply[]): void => {
      const insert = db.prepare(
        `INSERT OR REPLACE INTO replies (experiment, request, stamp, reply)
         SELECT id, @request, @stamp, @reply FROM experiments WHERE id = @experiment`,
      );
      for (const reply of replies) insert.run(reply);
    }).immediate,

    addLogLine(run: number, { at, level, text }: LogLine): void {
      db.prepare('INSERT INTO log (run, at, level, text) VALUES (?, ?, ?, ?)').run(run, at, level, text);
    },

    logOf(run: number): LogLine[] {
      return db
        .prepare<[number], LogLine>('SELECT at, level, text FROM log WHERE run = ? ORDER BY id')
        .all(run);
    },

    /** Keeps points of the loss, in the order of their steps; what a resumed run had beyond the first is dropped. */
    recordTrace: db.transaction((run: number, ...points: LossPoint[]): void => {
      if (points.length === 0) return;
      db.prepare('DELETE FROM traces WHERE run = ? AND step >= ?').run(run, points[0].step);
      const insert = db.prepare(
        'INSERT INTO traces (run, step, loss, examples_per_second) VALUES (?, ?, ?, ?)',
      );
      for (const { step, loss, examples_per_second } of points)
        insert.run(run, step, loss, examples_per_second);
    }).immediate,

    traceOf(run: number): LossPoint[] {
      return db
        .prepare<[number], LossPoint>(
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
    foreignChanges,

    /** Another text whenever this or another process may have changed anything at all. */
    changeStamp: (): string => `${foreignChanges()} ${Number(ownChanges.get())}`,
  };
}
