/** What there is of answers, and why there is none. */
import type { AnsweredExperiment, AnswersOverview } from '#shared/api/answers.ts';
import { runLabel } from '#shared/planned-runs.ts';
import { whyNotOurs } from '#shared/saved-config.ts';
import { isImported } from '#shared/imported.ts';
import type { History } from '../history/history.ts';
import type { Book, Books } from './book.ts';

/** @throws UserError `history.no-experiment` */
export function overview(
  history: History,
  books: Books,
  experiments: readonly number[],
): Omit<AnswersOverview, 'groups'> {
  const book = books(experiments);
  const { stages, tests, subsets, attributes, numbers } = book;
  return {
    experiments: experiments.map((id) => answeredExperiment(history, book, id)),
    ...{ stages, tests, subsets, attributes, numbers },
  };
}

function answeredExperiment(history: History, book: Book, id: number): AnsweredExperiment {
  const { name } = history.getExperiment(id);
  const answered = book.runs.filter(({ run }) => run.experiment === id);
  const runs = answered.map(({ run }) => ({
    run: run.id,
    label: runLabel(run),
    seed: run.seed,
    state: run.state,
  }));
  return {
    experiment: id,
    name,
    runs,
    ...history.answersSize(id),
    missing: whyMissing(history, id, runs.length),
  };
}

/** Why an experiment has no answers to look at, and what helps; null where it has. */
export function whyMissing(history: History, id: number, runsWithAnswers: number): string | null {
  if (runsWithAnswers > 0) return null;
  const { config, version } = history.getExperiment(id);
  if (isImported(config)) return whyNotOurs(config);
  if (config.evaluation.keep_answers === 'none')
    return 'Its config says evaluation.keep_answers: none. Run a copy with end-of-stage to see what is answered.';
  if (history.keptAnswers(id).some(({ questions }) => questions !== null))
    return 'The runs that kept answers read other data than the experiment was made with, and are left out.';
  const runs = history.runsOf(id);
  const ended = runs.some((run) =>
    history.stagesOf(run.id).some(({ finished, stage }) => finished && stage !== 'stage0'),
  );
  if (ended)
    return `It was trained by a Credence (${version}) that did not keep answers yet. Run a copy: the same config and seeds give the same numbers, with the answers behind them.`;
  return runs.length === 0
    ? 'None of its seeds has been started.'
    : 'No seed has come to the end of a stage yet: answers are kept there.';
}
