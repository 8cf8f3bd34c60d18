/** One alias of one run: what was read about it, what it was asked, and what other runs answered about its entity. */
import type { AnswerFilter, AnswerRow, ReadReply } from '#shared/api/answers.ts';
import { toWireError, UserError } from '#shared/errors.ts';
import { runLabel } from '#shared/planned-runs.ts';
import { ourConfig } from '#shared/saved-config.ts';
import type { History } from '../history/history.ts';
import type { AnsweredRun, Books } from './book.ts';
import type { ExamplesOf } from './examples.ts';
import { eachRow, rowOf } from './rows.ts';

/** Rows of other runs that are shown. */
const ELSEWHERE = 400;
const ANYTHING: AnswerFilter = { finished: false };

interface Asked {
  run: number;
  /** Number of the thing among those of the run's questions. */
  thing: number;
  cache: string;
}

type Examples = Pick<ReadReply, 'examples' | 'left_out'>;

/**
 * Data that cannot be built any more leave the answers as they are: `problem` says why.
 * @param examples how the training examples are found: here, or in a thread
 * @throws UserError `history.no-run`, `answers.none`, `answers.thing`
 */
export async function readAbout(
  history: History,
  books: Books,
  { run: id, thing: number, cache }: Asked,
  examples: (of: ExamplesOf) => Promise<Examples>,
): Promise<ReadReply> {
  const run = history.getRun(id);
  const { experiment } = run;
  const book = books([experiment]);
  const answered = book.runs.find((each) => each.run.id === id);
  if (!answered)
    throw new UserError(
      'answers.none',
      `run ${id}: it kept no answers; "credence show ${experiment}" tells how it went`,
    );
  const thing = answered.table.things.at(number);
  if (!thing)
    throw new UserError(
      'answers.thing',
      `thing: ${number} is not asked about in run ${id}, which has ${answered.table.things.length}; open it from a question`,
    );
  const config = ourConfig(history.getExperiment(experiment), 'tell its answers');
  const read = await attempt(() => examples({ config, run, thing, cache }));
  return {
    ...{ experiment, run: id, label: runLabel(run), thing, ...read },
    questions: questionsAbout(answered, number),
    elsewhere: [...take(eachRow(book, { ...ANYTHING, entity: thing.entity }), id)],
  };
}

async function attempt(find: () => Promise<Examples>): Promise<Examples & Pick<ReadReply, 'problem'>> {
  try {
    return { ...(await find()), problem: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { examples: [], left_out: 0, problem: toWireError(error).message };
  }
}

function questionsAbout(answered: AnsweredRun, thing: number): AnswerRow[] {
  const rows = answered.table.rows.thing.flatMap((each, row) => (each === thing ? [row] : []));
  return rows.map((row) => rowOf(answered, row, { every: true }));
}

function* take(rows: Iterable<AnswerRow>, but: number): Generator<AnswerRow> {
  let count = 0;
  for (const row of rows) {
    if (row.run === but) continue;
    if (count++ >= ELSEWHERE) return;
    yield row;
  }
}
