/** Answers row by row: one question of one seed, with what was answered at each evaluation. */
import { tokenF1 } from '#lab/corpus/answers.ts';
import { askedText, questionAt } from '#lab/answers/question-table.ts';
import type { KeptQuestion } from '#shared/answers.ts';
import type { AnswerFilter, AnswerOrder, AnswerRow, GivenAt } from '#shared/api/answers.ts';
import { runLabel } from '#shared/planned-runs.ts';
import type { AnsweredMoment, AnsweredRun, Book } from './book.ts';
import { findRows, type FoundRows } from './filter.ts';

export interface RowOptions {
  sort?: AnswerOrder;
  descending?: boolean;
  /** Every evaluation that was kept, not the ends of stages alone. */
  every?: boolean;
}

/** A row before it is put into words. */
interface Place {
  found: FoundRows;
  row: number;
}

/** A page of the rows that a filter means. @throws UserError as `findRows` */
export function answerRows(
  book: Book,
  filter: AnswerFilter,
  { offset, limit, ...options }: RowOptions & { offset: number; limit: number },
): { rows: AnswerRow[]; total: number } {
  const places = placesOf(book, filter, options);
  const rows = places
    .slice(offset, offset + limit)
    .map(({ found, row }) => rowOf(found.answered, row, options));
  return { rows, total: places.length };
}

/** All rows that a filter means, made as they are asked for. @throws UserError as `findRows` */
export function* eachRow(book: Book, filter: AnswerFilter, options: RowOptions = {}): Generator<AnswerRow> {
  for (const { found, row } of placesOf(book, filter, options)) yield rowOf(found.answered, row, options);
}

function placesOf(
  book: Book,
  filter: AnswerFilter,
  { sort = 'order', descending = false }: RowOptions,
): Place[] {
  const places = findRows(book, filter).flatMap((found) => found.rows.map((row) => ({ found, row })));
  const value = VALUES[sort];
  return value === null ? places : sorted(places, value, descending);
}

type Value = (place: Place) => string | number | null;

/** What rows are sorted by; null leaves them in their order. */
const VALUES: Record<AnswerOrder, Value | null> = {
  order: null,
  entity: ({ found: { answered }, row }) => answered.table.entities[answered.table.rows.entity[row]],
  attribute: ({ found: { answered }, row }) => answered.table.attributes[answered.table.rows.attribute[row]],
  share: ({ found: { moment }, row }) => moment?.answers.right?.[row] ?? null,
  loss: ({ found: { moment }, row }) => moment?.answers.losses?.[row] ?? null,
  error: ({ found: { answered, moment }, row }) => (moment && errorOf(answered, moment, row)) ?? null,
};

/** By a value; what has none stands last whichever way. */
export function sorted<T>(
  items: readonly T[],
  value: (item: T) => string | number | null,
  descending: boolean,
): T[] {
  const valued = items.map((item) => ({ item, value: value(item) }));
  const sign = descending ? -1 : 1;
  const compare = (a: string | number | null, b: string | number | null) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return a === b ? 0 : sign * (a < b ? -1 : 1);
  };
  return valued.sort((a, b) => compare(a.value, b.value)).map(({ item }) => item);
}

/** Squared error of an answer that is a number; null of others. */
export function errorOf({ table }: AnsweredRun, { answers }: AnsweredMoment, row: number): number | null {
  if (!answers.values || !table.values) return null;
  return (answers.values[row] - table.values[row]) ** 2;
}

/** A row in words. */
export function rowOf(answered: AnsweredRun, row: number, { every = false }: RowOptions = {}): AnswerRow {
  const { run, table, moments } = answered;
  const question = questionAt(table, row);
  const { test, subset, thing, entity, attribute, golds, said } = question;
  const { alias, tag, defines } = thing;
  return {
    experiment: run.experiment,
    run: run.id,
    seed: run.seed,
    label: runLabel(run),
    question: row,
    thing: table.rows.thing[row],
    ...{ test, subset, alias, tag, defines, entity, attribute, text: askedText(question), golds, said },
    given: moments
      .filter(({ last }) => every || last)
      .map((moment) => givenAt(answered, moment, { row, question })),
  };
}

function givenAt(
  answered: AnsweredRun,
  moment: AnsweredMoment,
  { row, question }: { row: number; question: KeptQuestion },
): GivenAt {
  const { stage, epoch, answers } = moment;
  const { texts, given, right, losses, values } = answers;
  const loss = losses?.[row] ?? null;
  const text = values ? String(Number(values[row].toPrecision(6))) : texts[given[row]];
  return {
    ...{ stage, epoch, answer: text.trim() },
    right: right && right[row] === 1,
    loss: Number.isFinite(loss) ? loss : null,
    probability: probabilityOf(loss, question.tokens),
    f1: question.tokens === null || values ? null : tokenF1(text, question.golds),
    error: errorOf(answered, moment, row),
  };
}

/** Of all the tokens of the accepted answer, one after the other; an answer that is not made of tokens is one choice. */
function probabilityOf(loss: number | null, tokens: number | null): number | null {
  return loss === null || !Number.isFinite(loss) ? null : Math.exp(-loss * (tokens ?? 1));
}
