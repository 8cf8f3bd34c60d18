/** Queries about what runs produce: stages, evaluations, checkpoints, artefacts and notes. */
import type { Database } from 'better-sqlite3';
import { dataHash } from '#lab/datasets/same-files.ts';
import type { StoredAnswers } from '#shared/answers.ts';
import { UserError } from '#shared/errors.ts';
import type {
  ArtefactRecord,
  CheckpointRecord,
  DataFile,
  EvaluationRecord,
  MetricRecord,
  MetricTest,
  NoteRecord,
  RunEvaluations,
  RunRecord,
  RunValues,
  StageRecord,
} from '#shared/records.ts';
import { isShare, METRIC_IDS, type MetricId } from '#shared/metrics.ts';
import { answerRecorder } from './answers.ts';
import { readRuns } from './runs.ts';

export type EvaluationQueries = ReturnType<typeof evaluationQueries>;

/** An evaluation, with what was answered where that is kept. */
type NewEvaluation = EvaluationRecord & { kept?: StoredAnswers | null };

type Values = RunValues['evaluations'][number]['values'];

/** `values`: a JSON object by subset. */
type ValueRow = Pick<EvaluationRecord, 'run' | 'stage' | 'epoch'> & { values: string };

const METRIC_COLUMNS = METRIC_IDS.map((id) => `m.${id}`).join(', ');

/** In place of a count that another program did not say: the column holds a number. */
const COUNT_NOT_SAID = -1;

type MetricRow = Omit<EvaluationRecord, 'metrics'> & MetricRecord & { evaluation: number };

/** The queries about evaluations and files on an open database. */
export function evaluationQueries(db: Database) {
  const upsertEvaluation = db
    .prepare(
      `INSERT INTO evaluations (run, stage, epoch, step, created_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (run, stage, epoch) DO UPDATE SET step = excluded.step, created_at = excluded.created_at
       RETURNING id`,
    )
    .pluck();
  const deleteMetrics = db.prepare('DELETE FROM metrics WHERE evaluation = ?');
  const insertMetric = db.prepare(
    `INSERT INTO metrics (evaluation, subset, test, count, ${METRIC_IDS.join(', ')})
     VALUES (?, ?, ?, ?, ${METRIC_IDS.map(() => '?').join(', ')})`,
  );

  const recordAnswers = answerRecorder(db);

  const recordOne = ({ kept = null, ...evaluation }: NewEvaluation): void => {
    const { run, stage, epoch, step } = evaluation;
    const id = Number(upsertEvaluation.get(run, stage, epoch, step, new Date().toISOString()));
    deleteMetrics.run(id);
    for (const metric of evaluation.metrics) {
      // SQLite would turn a NaN into NULL, but keep an infinity, which JSON cannot say.
      const values = METRIC_IDS.map((name) => (Number.isFinite(metric[name]) ? metric[name] : null));
      insertMetric.run(id, metric.subset, metric.test, metric.count ?? COUNT_NOT_SAID, ...values);
    }
    recordAnswers(id, run, kept);
  };

  function noteOf(id: number): NoteRecord {
    const note = db.prepare<[number], NoteRecord>('SELECT * FROM notes WHERE id = ?').get(id);
    if (note) return note;
    throw new UserError('history.no-note', `note ${id} is not in ${db.name}: it may have been removed`);
  }

  return {
    /**
     * Saves evaluations in one transaction. One that is already there (same run, stage and epoch) is
     * replaced: a resumed run repeats what came after its checkpoint, and nothing is counted twice.
     */
    recordEvaluation: db.transaction((...evaluations: NewEvaluation[]): void => {
      for (const evaluation of evaluations) recordOne(evaluation);
    }).immediate,

    /** Saves where a stage of a run stands, replacing what was there. */
    recordStage(stage: StageRecord): void {
      db.prepare(
        `INSERT OR REPLACE INTO stages (run, stage, position, epochs, steps, seconds, train_loss, finished)
         VALUES (@run, @stage, @position, @epochs, @steps, @seconds, @train_loss, @finished)`,
      ).run({ ...stage, finished: Number(stage.finished) });
    },

    stagesOf(run: number): StageRecord[] {
      return db
        .prepare<[number], Omit<StageRecord, 'finished'> & { finished: number }>(
          'SELECT * FROM stages WHERE run = ? ORDER BY position',
        )
        .all(run)
        .map((row) => ({ ...row, finished: row.finished === 1 }));
    },

    /**
     * The runs of an experiment with their evaluations in training order; those that read other data than it was
     * made with are no part of it (`otherDataRuns`).
     * @param options.last only the last evaluation of each stage, which is all that effects need
     */
    evaluationsOf(experiment: number, options: { last?: boolean } = {}): RunEvaluations[] {
      const byRun = new Map(
        sameDataRuns(db, experiment).map((run) => [run.id, { run, evaluations: [] as EvaluationRecord[] }]),
      );
      for (const evaluation of readEvaluations(db, experiment, options.last ?? false)) {
        byRun.get(evaluation.run)?.evaluations.push(evaluation);
      }
      return [...byRun.values()];
    },

    /** Runs that read other data than their experiment was made with, which enter no result. */
    otherDataRuns(experiment: number): RunRecord[] {
      const same = new Set(sameDataRuns(db, experiment).map(({ id }) => id));
      return readRuns(db, 'WHERE experiment = ?', experiment).filter(({ id }) => !same.has(id));
    },

    /** The runs of an experiment with one metric of one test: a curve needs no more, and reads much faster. */
    valuesOf(experiment: number, test: MetricTest, metric: MetricId): RunValues[] {
      const runs = sameDataRuns(db, experiment);
      const byRun = new Map(runs.map((run): [number, RunValues] => [run.id, { run, evaluations: [] }]));
      for (const { run, values, ...place } of readValues(db, experiment, test, metric))
        byRun.get(run)?.evaluations.push({ ...place, values: JSON.parse(values) as Values });
      return [...byRun.values()];
    },

    /** Saves that a checkpoint file was written; the same path again replaces the entry. */
    recordCheckpoint(checkpoint: Omit<CheckpointRecord, 'id' | 'created_at'>): void {
      db.prepare(
        `INSERT OR REPLACE INTO checkpoints (run, stage, epoch, step, path, bytes, created_at)
         VALUES (@run, @stage, @epoch, @step, @path, @bytes, @now)`,
      ).run({ ...checkpoint, now: new Date().toISOString() });
    },

    /** The checkpoints of a run, the latest first. */
    checkpointsOf(run: number): CheckpointRecord[] {
      return db
        .prepare<[number], CheckpointRecord>(
          'SELECT * FROM checkpoints WHERE run = ? ORDER BY step DESC, id DESC',
        )
        .all(run);
    },

    /** Forgets a checkpoint whose file was deleted. */
    forgetCheckpoint(id: number): void {
      db.prepare('DELETE FROM checkpoints WHERE id = ?').run(id);
    },

    /** Saves that a report, figure or table was written; the same path again replaces the entry. */
    recordArtefact(artefact: Omit<ArtefactRecord, 'id' | 'created_at'>): void {
      db.prepare(
        `INSERT OR REPLACE INTO artefacts (experiment, run, kind, path, created_at)
         VALUES (@experiment, @run, @kind, @path, @now)`,
      ).run({ ...artefact, now: new Date().toISOString() });
    },

    artefactsOf(experiment: number): ArtefactRecord[] {
      return db
        .prepare<[number], ArtefactRecord>('SELECT * FROM artefacts WHERE experiment = ? ORDER BY id')
        .all(experiment);
    },

    addNote(experiment: number, text: string, run: number | null = null): void {
      db.prepare('INSERT INTO notes (experiment, run, text, created_at) VALUES (?, ?, ?, ?)').run(
        experiment,
        run,
        text,
        new Date().toISOString(),
      );
    },

    /** @throws UserError `history.no-note` */
    editNote(id: number, text: string): void {
      noteOf(id);
      db.prepare('UPDATE notes SET text = ? WHERE id = ?').run(text, id);
    },

    removeNote(id: number): void {
      db.prepare('DELETE FROM notes WHERE id = ?').run(id);
    },

    /** @throws UserError `history.no-note` */
    getNote: noteOf,

    notesOf(experiment: number): NoteRecord[] {
      return db
        .prepare<[number], NoteRecord>('SELECT * FROM notes WHERE experiment = ? ORDER BY id')
        .all(experiment);
    },
  };
}

/** The runs that read what their experiment was made with, as far as that was recorded. */
function sameDataRuns(db: Database, experiment: number): RunRecord[] {
  const runs = readRuns(db, 'WHERE experiment = ?', experiment);
  const files = db
    .prepare("SELECT json_extract(dataset_report, '$.files') FROM experiments WHERE id = ?")
    .pluck()
    .get(experiment);
  if (typeof files !== 'string') return runs;
  const hash = dataHash(JSON.parse(files) as DataFile[]);
  return runs.filter(({ data_hash }) => (data_hash ?? hash) === hash);
}

/** SQLite gathers the values of an evaluation: one row each instead of one per subset; JSON keeps every digit. */
function readValues(db: Database, experiment: number, test: MetricTest, metric: MetricId): ValueRow[] {
  return db
    .prepare<[MetricTest, number], ValueRow>(
      `SELECT e.run, e.stage, e.epoch, (
         SELECT json_group_object(subset, ${metric}) FROM metrics
         WHERE evaluation = e.id AND test = ? AND count <> 0) AS "values"
       FROM runs JOIN evaluations AS e ON e.run = runs.id
       WHERE runs.experiment = ? ORDER BY e.run, e.step, e.stage, e.epoch, e.id`,
    )
    .all(test, experiment);
}

/** Evaluations with their metrics, by run and in training order. */
function readEvaluations(db: Database, experiment: number, last: boolean): EvaluationRecord[] {
  const only = last
    ? `AND (e.run, e.stage, e.epoch) IN (
        SELECT run, stage, max(epoch) FROM evaluations
        WHERE run IN (SELECT id FROM runs WHERE experiment = @experiment) GROUP BY run, stage)`
    : '';
  const rows = db.prepare<[{ experiment: number }], MetricRow>(
    `SELECT e.id AS evaluation, e.run, e.stage, e.epoch, e.step, m.subset, m.test, m.count, ${METRIC_COLUMNS}
     FROM runs JOIN evaluations AS e ON e.run = runs.id JOIN metrics AS m ON m.evaluation = e.id
     WHERE runs.experiment = @experiment ${only} ORDER BY e.run, e.step, e.stage, e.epoch, e.id`,
  );
  const found: EvaluationRecord[] = [];
  let current = -1;
  for (const { evaluation, run, stage, epoch, step, ...metric } of rows.iterate({ experiment })) {
    if (evaluation !== current) found.push({ run, stage, epoch, step, metrics: [] });
    current = evaluation;
    found.at(-1)!.metrics.push(measured(metric));
  }
  return found;
}

/** A row without the metrics that were not measured; answers in shares have a loss, which may not have been finite. */
function measured({ subset, test, count, ...values }: MetricRecord): MetricRecord {
  const answered = METRIC_IDS.some((id) => isShare(id) && values[id] !== null);
  const known = METRIC_IDS.filter((id) => values[id] !== null || (id === 'loss' && answered));
  return {
    subset,
    test,
    ...Object.fromEntries(known.map((id) => [id, values[id]])),
    count: count === COUNT_NOT_SAID ? null : count,
  };
}
