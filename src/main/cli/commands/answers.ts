/** `credence answers`: what the runs of an experiment answered, question by question. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  answerFilter,
  type AnswerFilter,
  type QuestionRow,
  type Verdict,
  VERDICTS,
} from '#shared/api/answers.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { visible } from '#shared/plain-text.ts';
import { stageText } from '#shared/records.ts';
import { createBooks, type Book } from '../../answers/book.ts';
import { answersText, type ExportOptions } from '../../answers/export.ts';
import { whyMissing } from '../../answers/overview.ts';
import { questionRows } from '../../answers/questions.ts';
import { writeWhole } from '../../files.ts';
import type { History } from '../../history/history.ts';
import { openForReading, parseId } from '../history-option.ts';
import { bold, dim, note, percent, print, table } from '../output.ts';
import { parseSeed } from '../seed-option.ts';

interface AnswersOptions extends Partial<Record<Verdict, boolean>> {
  db?: string;
  json?: boolean;
  csv?: boolean;
  out?: string;
  every?: boolean;
  stage?: string;
  subset?: string;
  test?: string;
  attribute?: string;
  entity?: string;
  alias?: string;
  text?: string;
  seed?: string;
}

/** Questions that are printed. */
const PRINTED = 40;

export async function answersCommand(id: string, options: AnswersOptions): Promise<void> {
  const experiment = parseId(id);
  const verdict = verdictOf(options);
  const seed = options.seed === undefined ? undefined : parseSeed(options.seed, 'answers.seed');
  if (options.out === '') throw new UserError('answers.out', '--out: "" is empty; give a file name');
  if (options.json && options.csv)
    throw new UserError('answers.format', '--json --csv: both were given; choose one');
  const history = openForReading(options.db);
  try {
    const book = bookOf(history, experiment);
    const filter = filterOf(book, { ...options, verdict, seed });
    await give(book, filter, options);
  } finally {
    history.close();
  }
}

/** @throws UserError `answers.none` where there is nothing to show, with the reason */
function bookOf(history: History, experiment: number): Book {
  const book = createBooks(history)([experiment]);
  const why = whyMissing(history, experiment, book.runs.length);
  if (why !== null) throw new UserError('answers.none', `answers: experiment ${experiment} has none: ${why}`);
  return book;
}

function verdictOf(options: AnswersOptions): Verdict | undefined {
  const given = VERDICTS.filter((verdict) => options[verdict]);
  if (given.length < 2) return given.at(0);
  const flags = given.map((verdict) => `--${verdict}`).join(' ');
  throw new UserError('answers.verdict', `${flags}: an answer is judged one way; choose one of them`);
}

/** @throws UserError `answers.filter` for what these answers do not have, with what they have */
function filterOf(
  { stages, subsets, tests, attributes, runs }: Book,
  {
    stage,
    subset,
    test,
    attribute,
    entity,
    alias,
    text,
    seed,
    verdict,
  }: Omit<AnswersOptions, 'seed'> & {
    seed?: number;
    verdict?: Verdict;
  },
): AnswerFilter {
  const seeds = [...new Set(runs.map(({ run }) => run.seed))];
  const things = runs.flatMap(({ table }) => table.things);
  assertKnown('--stage', stage, stages);
  assertKnown('--subset', subset, subsets);
  assertKnown('--test', test, tests);
  assertKnown('--attribute', attribute, attributes);
  assertKnown('--seed', seed, seeds);
  assertKnown('--entity', entity, new Set(things.map((thing) => thing.entity)));
  assertKnown('--alias', alias, new Set(things.flatMap((thing) => thing.alias ?? [])));
  const narrowed = { stage, subset, test, attribute, entity, alias, text, seed, verdict };
  return answerFilter.parse(
    Object.fromEntries(Object.entries(narrowed).filter(([, value]) => value !== undefined)),
  );
}

/** Values that an error message lists. */
const LISTED = 12;

function assertKnown<T extends string | number>(
  flag: string,
  value: T | undefined,
  known: Iterable<T | string>,
): void {
  const list = [...known];
  if (value === undefined || list.includes(value)) return;
  const more = list.length > LISTED ? `, … (${list.length} in all)` : '';
  throw new UserError(
    'answers.filter',
    `${flag}: ${showValue(value)} is not among these answers; choose ${list.slice(0, LISTED).join(', ')}${more}`,
  );
}

async function give(book: Book, filter: AnswerFilter, options: AnswersOptions): Promise<void> {
  const { json = false, csv = false, every = false, out } = options;
  if (!json && !csv && out === undefined) return printQuestions(book, filter);
  const format: ExportOptions['format'] = json ? 'json' : 'csv';
  const pieces = answersText(book, filter, { format, every });
  if (out === undefined) return pour(pieces);
  writeWhole(out, Buffer.concat([...pieces].map((piece) => Buffer.from(piece))));
  note(`wrote ${out}`);
}

/** To standard output, as fast as it is read; an output that breaks is reported at the end, as everywhere. */
async function pour(pieces: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), process.stdout, { end: false });
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error && 'code' in error)) throw error;
  }
}

function printQuestions(book: Book, filter: AnswerFilter): void {
  const { rows, total } = questionRows(book, filter, { offset: 0, limit: PRINTED });
  if (total === 0) return print('no question is like that');
  const stages = book.stages.map(stageText);
  const head = ['subset', 'test', 'about', 'asked', 'accepted', ...stages, 'answered most'];
  print(
    table(
      head,
      rows.map((row) => cells(book, row)),
      stages.map((_, i) => 5 + i),
    ),
  );
  print(bold(`${total} question${total === 1 ? '' : 's'}`) + dim(', over all seeds that were asked'));
  if (total > rows.length)
    print(
      dim(
        `${total - rows.length} more: --csv or --json writes all, --subset, --attribute, --wrong … narrow it`,
      ),
    );
}

function cells({ stages, numbers }: Book, row: QuestionRow): string[] {
  const at = stages.map((stage) => {
    const result = row.results.find((each) => each.stage === stage);
    if (!result) return '–';
    if (numbers) return `error ${result.error?.toPrecision(3) ?? '–'}`;
    return `${result.right} of ${result.asked} (${percent((result.right ?? 0) / result.asked)})`;
  });
  const most = row.answers.map(({ text, seeds }) => `${visible(text) || '(nothing)'} ×${seeds}`).join(', ');
  return [row.subset, row.test, row.entity, row.attribute, row.golds.join('; '), ...at, most];
}
