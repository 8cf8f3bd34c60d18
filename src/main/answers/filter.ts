/** Which rows of a book a filter means. */
import type { AnswerFilter, Verdict } from '#shared/api/answers.ts';
import { UserError } from '#shared/errors.ts';
import { STAGE_IDS, type StageId } from '#shared/records.ts';
import type { AnsweredMoment, AnsweredRun, Book } from './book.ts';

/** The stage whose answers are judged: the one that is named, or the last; null where nothing was kept. */
export function stageInView(
  { stages }: Pick<Book, 'stages'>,
  { stage }: Pick<AnswerFilter, 'stage'>,
): StageId | null {
  return stage ?? stages.at(-1) ?? null;
}

/** Rows of one run that a filter means, and the evaluation whose answers it judges. */
export interface FoundRows {
  answered: AnsweredRun;
  /** Numbers of questions, ascending. */
  rows: number[];
  /** Null where the run did not get there. */
  moment: AnsweredMoment | null;
}

/**
 * The rows that a filter means, run by run.
 * @param options.verdict false leaves the verdict aside: shares over seeds need those of all
 * @throws UserError `answers.verdict` where numbers are asked to be right
 */
export function findRows(book: Book, filter: AnswerFilter, { verdict = true } = {}): FoundRows[] {
  if (book.numbers && filter.verdict)
    throw new UserError(
      'answers.verdict',
      `verdict: "${filter.verdict}" cannot be told of answers that are numbers; leave it out, or sort by error`,
    );
  const stage = stageInView(book, filter);
  return book.runs
    .filter(({ run }) => isMeant(run, filter))
    .map((answered) => {
      const moment = answered.moments.find((each) => each.stage === stage && each.last) ?? null;
      const matches = matcher(answered, moment, filter);
      const judged = verdict && filter.verdict ? judge(answered, moment, filter.verdict) : () => true;
      const rows: number[] = [];
      for (let row = 0; row < answered.questions.length; row++)
        if (matches(row) && judged(row)) rows.push(row);
      return { answered, rows, moment };
    });
}

function isMeant(run: AnsweredRun['run'], { run: id, seed, finished }: AnswerFilter): boolean {
  return (
    (id === undefined || run.id === id) &&
    (seed === undefined || run.seed === seed) &&
    (!finished || run.state === 'done')
  );
}

type Test = (row: number) => boolean;

/** Each part of a filter is looked up once in the lists of the table, then rows are compared by number. */
function matcher(answered: AnsweredRun, moment: AnsweredMoment | null, filter: AnswerFilter): Test {
  const { table } = answered;
  const { rows } = table;
  const tests: Test[] = [];
  const equal = <T>(list: readonly T[], column: ArrayLike<number>, is: (value: T) => boolean) => {
    const marked = list.map(is);
    tests.push((row) => marked[column[row]]);
  };
  const { subset, test, attribute, entity, alias, gold, answer, text } = filter;
  if (subset !== undefined) equal(table.subsets, rows.subset, (each) => each === subset);
  if (test !== undefined) equal(table.tests, rows.test, (each) => each === test);
  if (attribute !== undefined) equal(table.attributes, rows.attribute, (each) => each === attribute);
  if (entity !== undefined) equal(table.entities, rows.entity, (each) => each === entity);
  if (alias !== undefined) equal(table.things, rows.thing, (each) => each.alias === alias);
  if (gold !== undefined) equal(table.golds, rows.gold, ([first]) => first === gold);
  if (answer !== undefined) {
    if (!moment) return () => false;
    equal(moment.answers.texts, moment.answers.given, (each) => each.trim() === answer);
  }
  if (text !== undefined && text.trim() !== '') tests.push(textTest(answered, text.trim().toLowerCase()));
  return (row) => tests.every((test) => test(row));
}

function textTest({ table, moments }: AnsweredRun, wanted: string): Test {
  const has = (text: string | null) => text !== null && text.toLowerCase().includes(wanted);
  const { rows } = table;
  const things = table.things.map(({ alias, entity, defines }) => has(alias) || has(entity) || has(defines));
  const [entities, wordings] = [table.entities.map(has), table.wordings.map(has)];
  const golds = table.golds.map((each) => each.some(has));
  const answers = moments
    .filter(({ last }) => last)
    .map(({ answers: { texts, given } }) => ({ texts: texts.map(has), given }));
  return (row) =>
    things[rows.thing[row]] ||
    entities[rows.entity[row]] ||
    wordings[rows.wording[row]] ||
    golds[rows.gold[row]] ||
    answers.some(({ texts, given }) => texts[given[row]]);
}

/** Tells whether the answer to a row is as wanted; never where the run has none, or none to compare it with. */
function judge({ moments }: AnsweredRun, moment: AnsweredMoment | null, verdict: Verdict): Test {
  if (!moment) return () => false;
  const { right, texts, given } = moment.answers;
  if (verdict === 'right' || verdict === 'wrong') {
    const wanted = Number(verdict === 'right');
    return (row) => right?.[row] === wanted;
  }
  const before = stageBefore(moments, moment)?.answers;
  if (!before) return () => false;
  if (verdict === 'changed') return (row) => before.texts[before.given[row]] !== texts[given[row]];
  const wanted = Number(verdict === 'gained');
  return (row) => right?.[row] === wanted && before.right?.[row] === 1 - wanted;
}

/** The end of the stage before. */
function stageBefore(
  moments: readonly AnsweredMoment[],
  { stage }: AnsweredMoment,
): AnsweredMoment | undefined {
  return moments.findLast((each) => each.last && STAGE_IDS.indexOf(each.stage) < STAGE_IDS.indexOf(stage));
}
