/** Queries about what runs answered: questions and answers as bytes that only the lab reads. */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { StoredAnswers } from '#shared/answers.ts';
import type { RunRecord, StageId } from '#shared/records.ts';
import { readRuns } from './runs.ts';

export type AnswerQueries = ReturnType<typeof answerQueries>;

/** Answers of one evaluation, as they are stored. */
export interface KeptEvaluation {
  run: number;
  stage: StageId;
  epoch: number;
  step: number;
  /** For `questionSet`; null in toy regressions from before questions were kept. */
  questions: number | null;
  answers: Uint8Array;
}

/** What the answers of an experiment take. */
export interface AnswersSize {
  evaluations: number;
  /** Of answers and questions together. */
  bytes: number;
}

/**
 * Saves the answers of an evaluation in place of what was there; to be called in its transaction. Seeds whose
 * questions are the same share them.
 */
export function answerRecorder(
  db: Database,
): (evaluation: number, run: number, kept: StoredAnswers | null) => void {
  const remove = db.prepare('DELETE FROM answers WHERE evaluation = ?');
  const addQuestions = db.prepare(
    `INSERT OR IGNORE INTO question_sets (experiment, hash, questions)
     SELECT experiment, ?, ? FROM runs WHERE id = ?`,
  );
  const add = db.prepare(
    `INSERT INTO answers (evaluation, questions, answers)
     SELECT ?, q.id, ? FROM question_sets AS q JOIN runs ON runs.experiment = q.experiment
     WHERE runs.id = ? AND q.hash = ?`,
  );
  return (evaluation, run, kept) => {
    remove.run(evaluation);
    if (kept === null) return;
    const hash = createHash('sha256').update(kept.questions).digest('hex');
    addQuestions.run(hash, kept.questions, run);
    add.run(evaluation, kept.answers, run, hash);
  };
}

/** The queries about answers on an open database. */
export function answerQueries(db: Database) {
  return {
    /** The answers that runs of an experiment kept, by run and in training order. */
    keptAnswers(experiment: number): KeptEvaluation[] {
      return db
        .prepare<[number], KeptEvaluation>(
          `SELECT e.run, e.stage, e.epoch, e.step, a.questions, a.answers
           FROM runs JOIN evaluations AS e ON e.run = runs.id JOIN answers AS a ON a.evaluation = e.id
           WHERE runs.experiment = ? ORDER BY e.run, e.step, e.id`,
        )
        .all(experiment);
    },

    /** Changes with every evaluation of an experiment that keeps its answers. */
    answersStamp(experiment: number): string {
      return db
        .prepare(
          `SELECT count(*) || ' ' || coalesce(max(e.created_at), '') || ' ' || coalesce(sum(a.rowid), 0)
           FROM runs JOIN evaluations AS e ON e.run = runs.id JOIN answers AS a ON a.evaluation = e.id
           WHERE runs.experiment = ?`,
        )
        .pluck()
        .get(experiment) as string;
    },

    /** Bytes for `decodeQuestions`, by the number that an evaluation names. */
    questionSets(experiment: number): Map<number, Uint8Array> {
      const rows = db
        .prepare<[number], { id: number; questions: Uint8Array }>(
          'SELECT id, questions FROM question_sets WHERE experiment = ?',
        )
        .all(experiment);
      return new Map(rows.map(({ id, questions }) => [id, questions]));
    },

    answersSize(experiment: number): AnswersSize {
      return db
        .prepare<[{ experiment: number }], AnswersSize>(
          `SELECT count(*) AS evaluations, coalesce(sum(length(a.answers)), 0) + (
             SELECT coalesce(sum(length(questions)), 0) FROM question_sets WHERE experiment = @experiment) AS bytes
           FROM runs JOIN evaluations AS e ON e.run = runs.id JOIN answers AS a ON a.evaluation = e.id
           WHERE runs.experiment = @experiment`,
        )
        .get({ experiment })!;
    },

    /** What the answers of one run take, without the questions that its experiment's runs share. */
    answersBytes(run: number): number {
      return db
        .prepare(
          `SELECT coalesce(sum(length(a.answers)), 0)
           FROM evaluations AS e JOIN answers AS a ON a.evaluation = e.id WHERE e.run = ?`,
        )
        .pluck()
        .get(run) as number;
    },

    /** Finished runs of an experiment that kept what they answered. */
    answeredRuns(experiment: number): RunRecord[] {
      return readRuns(
        db,
        `WHERE experiment = ? AND state = 'done' AND id IN (
           SELECT e.run FROM evaluations AS e JOIN answers AS a ON a.evaluation = e.id)`,
        experiment,
      );
    },

    /** What a run answered last, as bytes for `decodeAnswers`; null where that was not kept. */
    lastAnswers(run: number): Uint8Array | null {
      const answers = db
        .prepare<[number], Uint8Array>(
          `SELECT a.answers FROM answers AS a JOIN evaluations AS e ON e.id = a.evaluation
           WHERE e.run = ? ORDER BY e.step DESC, e.id DESC LIMIT 1`,
        )
        .pluck()
        .get(run);
      return (answers as Uint8Array | undefined) ?? null;
    },
  };
}
