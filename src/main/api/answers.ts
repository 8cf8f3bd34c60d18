/** API: what runs answered. */
import type { AnswerFilter, AnswerReplies } from '#shared/api/answers.ts';
import { sizeText } from '#shared/counting.ts';
import type { Handlers } from '#shared/contract.ts';
import { UserError } from '#shared/errors.ts';
import { createBooks, WINDOW } from '../answers/book.ts';
import { answersText } from '../answers/export.ts';
import { overview } from '../answers/overview.ts';
import { questionRows } from '../answers/questions.ts';
import { readAbout } from '../answers/read.ts';
import { answerRows } from '../answers/rows.ts';
import { contrast, summarise } from '../answers/summary.ts';
import { answeredPicture } from '../experiments/answered-picture.ts';
import { datasetCache } from '../experiments/data-files.ts';
import type { Context } from './context.ts';
import { fileNameOf } from './file-names.ts';

type AnswerMethod = keyof AnswerReplies | 'analysis.answered';

export function answerHandlers({ history, home, workbench }: Context): Pick<Handlers, AnswerMethod> {
  const books = createBooks(history, WINDOW);
  const cache = datasetCache(home);
  return {
    'answers.overview': ({ experiments }) => overview(history, books, unique(experiments)),
    'answers.questions': ({ experiments, filter, ...options }) =>
      questionRows(books(unique(experiments)), filter, options),
    'answers.rows': ({ experiments, filter, ...options }) =>
      answerRows(books(unique(experiments)), filter, options),
    'answers.summary': ({ experiments, filter }) => summarise(books(unique(experiments)), filter),
    'answers.contrast': ({ experiments, filter, ...options }) =>
      contrast(books(unique(experiments)), filter, options),
    'answers.read': (asked) =>
      readAbout(history, books, { ...asked, cache }, (of) => workbench.run('examplesAbout', of)),
    'answers.export': ({ experiments, filter, ...options }) => {
      const ids = unique(experiments);
      const text = joined(answersText(books(ids), filter, options), ids);
      const name = [history.getExperiment(ids[0]).name, 'answers', ...narrowing(filter)].join('-');
      const mime = options.format === 'csv' ? 'text/csv' : 'application/json';
      return { file_name: fileNameOf(name, options.format), mime, text };
    },
    'analysis.answered': (asked) =>
      answeredPicture(history, { ...asked, cache }, (data) => workbench.run('drawAnswers', data)),
  };
}

/** Characters of a file that a window is sent. */
const MOST_TEXT = 200e6;

/** @throws UserError `answers.too-many` */
function joined(pieces: Iterable<string>, ids: readonly number[]): string {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length > MOST_TEXT)
      throw new UserError(
        'answers.too-many',
        `answers: as a file they take more than ${sizeText(MOST_TEXT)}; narrow them, or use "credence answers ${ids[0]} --csv --out FILE"`,
      );
  }
  return text;
}

const unique = (ids: readonly number[]): number[] => [...new Set(ids)];

/** What a file of some answers is named after. */
function narrowing({ subset, test, verdict, stage }: AnswerFilter): string[] {
  return [subset, test, verdict, stage].filter((each) => each !== undefined);
}
