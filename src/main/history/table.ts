/** Queries over the whole history at once, a column at a time: what the table of experiments and runs is made of. */
import type { Database } from 'better-sqlite3';
import { dataHash } from '#lab/datasets/same-files.ts';
import { METRIC_IDS, type MetricId } from '#shared/metrics.ts';
import type { DataFile, MetricTest, RunState } from '#shared/records.ts';
import type { TestSubset } from '#shared/subsets.ts';

export type TableQueries = ReturnType<typeof tableQueries>;

/** A run as a row of the table. */
export interface TableRun {
  id: number;
  experiment: number;
  seed: number;
  stage1_epoch: number | null;
  state: RunState;
  seconds: number;
  created_at: string;
  finished_at: string | null;
  engine: string | null;
  device: string | null;
  error_message: string | null;
  data_hash: string | null;
}

/** What is taken of each run, of one subset by one test; metric null is that of the headline. */
export interface MetricAsked {
  pick: 'last' | 'max' | 'mean';
  subset: TestSubset;
  test: MetricTest;
  metric: MetricId | null;
}

/** The headline metrics of the tasks; a row of metrics has one of them. */
const HEADLINE = 'coalesce(m.exact_match, m.accuracy, m.mse)';

/** The queries about many experiments on an open database. */
export function tableQueries(db: Database) {
  return {
    /** The runs of experiments that are not deleted, newest first. */
    tableRuns: (): TableRun[] =>
      db
        .prepare<[], TableRun>(
          `SELECT r.id, r.experiment, r.seed, r.stage1_epoch, r.state, r.seconds, r.created_at, r.finished_at, r.engine,
             r.device, r.error_message, r.data_hash
           FROM runs AS r JOIN experiments AS e ON e.id = r.experiment WHERE e.deleted_at IS NULL ORDER BY r.id DESC`,
        )
        .all(),

    /** The hash of the files that each experiment was made with, of those that read any and recorded them. */
    madeWith: (): Map<number, string> =>
      new Map(
        db
          .prepare<[], [number, string]>(
            `SELECT id, json_extract(dataset_report, '$.files') AS files FROM experiments WHERE files IS NOT NULL`,
          )
          .raw()
          .all()
          .map(([id, files]) => [id, dataHash(JSON.parse(files) as DataFile[])]),
      ),

    /**
     * Fields of configs as they were saved, in one pass over them; undefined where one was not.
     * @param paths as `training.stage1.lr`
     * @param experiments left out: all of them
     * @returns a map for each path, by experiment
     */
    fieldValues(paths: readonly string[], experiments?: readonly number[]): Map<number, unknown>[] {
      const among = experiments ? 'WHERE id IN (SELECT value FROM json_each(?))' : '';
      const rows = db
        .prepare<string[], [number, ...(string | null)[]]>(
          `SELECT id, ${paths.map(() => 'config -> ?').join(', ')} FROM experiments ${among}`,
        )
        .raw()
        .all(...paths.map(jsonPath), ...(experiments ? [JSON.stringify(experiments)] : []));
      return paths.map((_, i) => new Map(rows.map(([id, ...found]) => [id, parsedOrNone(found[i] ?? null)])));
    },

    /** Configs as they were saved, as JSON, of so many experiments beyond a number; of all where no most is said. */
    configTexts: (after: number, most = -1): [id: number, json: string][] =>
      db
        .prepare<[number, number], [number, string]>(
          'SELECT id, config FROM experiments WHERE id > ? ORDER BY id LIMIT ?',
        )
        .raw()
        .all(after, most),

    /** What was noted about each experiment, its runs included. */
    allNotes: (): Map<number, string> =>
      new Map(
        db
          .prepare<[], [number, string]>(
            `SELECT experiment, group_concat(text, char(10)) FROM (SELECT experiment, text FROM notes ORDER BY id)
             GROUP BY experiment`,
          )
          .raw()
          .all(),
      ),

    /** One number of each run, where it was measured. @param runs left out: all of them */
    metricOfRuns(asked: MetricAsked, runs?: readonly number[]): Map<number, number> {
      const value = asked.metric === null ? HEADLINE : `m.${METRIC_IDS.find((id) => id === asked.metric)}`;
      const among = runs ? 'AND r.id IN (SELECT value FROM json_each(@runs))' : '';
      const { subset, test } = asked;
      const rows = db
        .prepare<[object], [number, number]>(
          asked.pick === 'last' ? lastOf(value, among) : overAll(asked.pick, value, among),
        )
        .raw()
        .all({ subset, test, ...(runs ? { runs: JSON.stringify(runs) } : {}) });
      return new Map(rows);
    },
  };
}

function jsonPath(path: string): string {
  const keys = path.split('.').map((key) => JSON.stringify(key));
  return `$.${keys.join('.')}`;
}

const parsedOrNone = (json: string | null): unknown => (json === null ? undefined : JSON.parse(json));

/** Stages are trained in the order of their names, so that the last evaluation is the last entry of an index. */
const lastOf = (value: string, among: string) => `
  SELECT r.id, ${value} AS found FROM runs AS r JOIN metrics AS m ON m.evaluation = (
    SELECT id FROM evaluations WHERE run = r.id ORDER BY stage DESC, epoch DESC LIMIT 1
  ) AND m.subset = @subset AND m.test = @test AND m.count <> 0 WHERE found IS NOT NULL ${among}`;

const overAll = (pick: 'max' | 'mean', value: string, among: string) => `
  SELECT r.id, ${pick === 'max' ? 'max' : 'avg'}(${value}) AS found
  FROM runs AS r CROSS JOIN evaluations AS e ON e.run = r.id
  CROSS JOIN metrics AS m ON m.evaluation = e.id AND m.subset = @subset AND m.test = @test AND m.count <> 0
  WHERE 1 ${among} GROUP BY r.id HAVING found IS NOT NULL`;
