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
import { answerSides } from '../answers/sides.ts';
import { groupingBy } from '../table/experiment-groups.ts';
import { datasetCache } from '../experiments/data-files.ts';
import type { Context } from './context.ts';
import { fileNameOf } from './file-names.ts';

type AnswerMethod = keyof AnswerReplies | 'analysis.answered';

export function answerHandlers({ history, home, workbench, table }: Context): Pick<Handlers, AnswerMethod> {
  const books = createBooks(history, WINDOW);
  const cache = datasetCache(home);
  const groupsOf = ({ experiments, by }: { experiments: readonly number[]; by: readonly string[] }) =>
    groupingBy({ history, table }, unique(experiments), by)?.groups ?? null;
  const sidesOf = (asked: Parameters<typeof groupsOf>[0]) => answerSides(groupsOf(asked));
  return {
    'answers.overview': ({ experiments, by }) => ({
      ...overview(history, books, unique(experiments)),
      groups:
        groupsOf({ experiments, by })?.map(({ label, experiments: of }) => ({ label, experiments: of })) ??
        null,
    }),
    'answers.questions': ({ experiments, filter, by, ...options }) =>
      questionRows(books(unique(experiments)), filter, { ...options, sides: sidesOf({ experiments, by }) }),
    'answers.rows': ({ experiments, filter, ...options }) =>
      answerRows(books(unique(experiments)), filter, options),
    'answers.summary': ({ experiments, filter, by }) =>
      summarise(books(unique(experiments)), filter, sidesOf({ experiments, by })),
    'answers.contrast': ({ experiments, filter, by, ...options }) =>
      contrast(books(unique(experiments)), filter, options, sidesOf({ experiments, by })),
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
