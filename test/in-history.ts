/** A look into the history that a command or a service left behind. */
import path from 'node:path';
import { decodeAnswers, decodeQuestions } from '#lab/answers/codec.ts';
import { openHistory, type History } from '#main/history/history.ts';
import type { EvaluationRecord } from '#shared/records.ts';

/** Opens the history of a data folder, reads, and closes it again. */
export function inHistory<T>(home: string, read: (history: History) => T): T {
  const history = openHistory(path.join(home, 'history.sqlite'));
  try {
    return read(history);
  } finally {
    history.close();
  }
}

/** What a run measured and answered, without ids and times. */
export function measured(home: string, experiment: number): unknown[] {
  return inHistory(home, (history) => {
    const questions = history.questionSets(experiment);
    return history.evaluationsOf(experiment).map(({ run, evaluations }) => ({
      seed: run.seed,
      corpus: run.corpus_hash,
      answers: history
        .keptAnswers(experiment)
        .filter((kept) => kept.run === run.id)
        .map(({ stage, epoch, answers, ...kept }) => ({
          ...{ stage, epoch, questions: decodeQuestions(questions.get(kept.questions!)!) },
          ...decodeAnswers(answers),
        })),
      evaluations: evaluations.map(({ stage, epoch, step, metrics }: EvaluationRecord) => ({
        stage,
        epoch,
        step,
        metrics,
      })),
    }));
  });
}
