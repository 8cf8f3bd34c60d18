/** Answers in numbers: accuracy per attribute over seeds, which answers stood in the place of which, and contrasts. */
import type {
  AnswerFilter,
  AnswersContrast,
  AnswersSummary,
  AttributeResult,
  Confusion,
  ContrastRow,
  GroupContrast,
} from '#shared/api/answers.ts';
import type { StageId } from '#shared/records.ts';
import { differenceLimits } from '#shared/metrics.ts';
import { meanInterval } from '#shared/stats/interval.ts';
import { seedMeans } from '#shared/stats/nested.ts';
import type { TestSubset } from '#shared/subsets.ts';
import type { AnsweredMoment, Book } from './book.ts';
import { findRows, stageInView, type FoundRows } from './filter.ts';
import { errorOf, sorted } from './rows.ts';
import { BY_EXPERIMENT, type AnswerSides } from './sides.ts';

/** Golds and answers that a confusion names; the others are gathered. */
const NAMED = 24;

/**
 * Accuracy (or mean squared error) per attribute at the end of each stage, and the confusion at the one in view. Means
 * are over seeds: the runs of a seed are averaged first, whichever experiment of a group they are of.
 * @throws UserError as `findRows`
 */
export function summarise(
  book: Book,
  filter: AnswerFilter,
  sides: AnswerSides = BY_EXPERIMENT,
): AnswersSummary {
  const bySide = Map.groupBy(findRows(book, filter), ({ answered }) => sides.of(answered.run.experiment));
  const inOrder = [...bySide].toSorted(([a], [b]) => (sides.grouped ? a - b : 0));
  return {
    stage: stageInView(book, filter),
    attributes: book.stages.flatMap((stage) =>
      inOrder.flatMap(([side, runs]) => attributesAt(book, { side, runs }, stage)),
    ),
    confusions: confusionsOf(book, sides.grouped ? inOrder : [[null, [...bySide.values()].flat()]]),
  };
}

function confusionsOf(
  { numbers }: Book,
  sides: readonly (readonly [side: number | null, found: readonly FoundRows[]])[],
): AnswersSummary['confusions'] {
  if (numbers) return [];
  return sides.flatMap(([side, found]) => {
    const confusion = confusionOf(found);
    return confusion ? [{ side, confusion }] : [];
  });
}

interface SideRuns {
  side: number;
  runs: readonly FoundRows[];
}

function attributesAt(book: Book, { side, runs }: SideRuns, stage: StageId): AttributeResult[] {
  const sums = runs.flatMap((run) => sumsAt(book, run, stage));
  const error = runs.some(({ answered }) => answered.table.values !== null);
  return [null, ...book.attributes].flatMap((attribute, i): AttributeResult[] => {
    const asked = sums.filter((each) => each.of[i]!.count > 0);
    const shares = seedMeans(asked, ({ of }) => shareOf(of[i]!));
    const interval = meanInterval(shares, error ? [0, Infinity] : [0, 1]);
    const questions = asked.reduce((all, { of }) => all + of[i]!.count, 0);
    return interval ? [{ side, stage, attribute, interval, error, questions }] : [];
  });
}

interface Sum {
  sum: number;
  count: number;
}

const shareOf = ({ sum, count }: Sum) => sum / count;

/** Of a run: all attributes together, then each. */
interface RunSums {
  seed: number;
  of: Sum[];
}

/** Nothing where the run did not get to the stage. */
function sumsAt(book: Book, { answered, rows }: FoundRows, stage: StageId): RunSums[] {
  const moment = answered.moments.find((each) => each.stage === stage && each.last);
  if (!moment) return [];
  const sums = Array.from({ length: book.attributes.length + 1 }, (): Sum => ({ sum: 0, count: 0 }));
  const { table } = answered;
  const places = table.attributes.map((attribute) => book.attributes.indexOf(attribute) + 1);
  for (const row of rows) {
    const value = moment.answers.right?.[row] ?? errorOf(answered, moment, row) ?? 0;
    for (const sum of [sums[0], sums[places[table.rows.attribute[row]]]]) {
      sum.sum += value;
      sum.count++;
    }
  }
  return [{ seed: answered.run.seed, of: sums }];
}

function confusionOf(found: readonly FoundRows[]): Confusion | null {
  const pairs = new Map<string, Map<string, number>>();
  const answered = new Map<string, number>();
  for (const { answered: run, rows, moment } of found) {
    if (!moment?.answers.right) continue;
    const { golds, rows: columns } = run.table;
    const texts = moment.answers.texts.map((text) => text.trim());
    for (const row of rows) {
      const [gold, answer] = [golds[columns.gold[row]][0], texts[moment.answers.given[row]]];
      const counts = pairs.get(gold) ?? new Map<string, number>();
      if (counts.size === 0) pairs.set(gold, counts);
      counts.set(answer, (counts.get(answer) ?? 0) + 1);
      answered.set(answer, (answered.get(answer) ?? 0) + 1);
    }
  }
  return pairs.size === 0 ? null : named(pairs, answered);
}

/** The golds that are asked most, and for each the same answers: golds first, so that what is right lies on a line. */
function named(pairs: Map<string, Map<string, number>>, answered: Map<string, number>): Confusion {
  const askedOf = (counts: Map<string, number>) =>
    [...counts.values()].reduce((sum, count) => sum + count, 0);
  const byCount = [...pairs].sort(([, a], [, b]) => askedOf(b) - askedOf(a));
  const golds = byCount
    .slice(0, NAMED)
    .map(([gold]) => gold)
    .sort(inOrder);
  const others = [...answered].filter(([answer]) => !golds.includes(answer)).sort(([, a], [, b]) => b - a);
  const answers = [...golds, ...others.slice(0, NAMED / 4).map(([answer]) => answer)];
  const gathered = {
    golds: pairs.size - golds.length,
    answers: others.length - (answers.length - golds.length),
  };
  const counts = golds.map((gold) => answers.map((answer) => pairs.get(gold)!.get(answer) ?? 0));
  if (gathered.answers > 0)
    golds.forEach((gold, i) => {
      const told = counts[i].reduce((sum, count) => sum + count, 0);
      counts[i].push(askedOf(pairs.get(gold)!) - told);
    });
  return { golds, answers, counts, others: gathered };
}

const inOrder = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

interface ContrastOptions {
  first: TestSubset;
  second: TestSubset;
  descending: boolean;
  offset: number;
  limit: number;
}

type Side = 'first' | 'second';

/**
 * Two subsets at the stage in view: question by question where seeds differ in who is in which, and per attribute.
 * @throws UserError as `findRows`
 */
export function contrast(
  book: Book,
  filter: AnswerFilter,
  options: ContrastOptions,
  sides: AnswerSides = BY_EXPERIMENT,
): AnswersContrast {
  const byQuestion = new Map<number, ContrastRow>();
  const byAttribute = new Map<string, ContrastRow>();
  const foundOf = (side: Side) => findRows(book, { ...filter, subset: options[side], verdict: undefined });
  const both = { first: foundOf('first'), second: foundOf('second') };
  const stage = stageInView(book, filter);
  for (const side of ['first', 'second'] as const) {
    for (const { answered, rows, moment } of both[side])
      if (moment?.answers.right)
        for (const row of rows) {
          const number = answered.questions[row];
          const question = book.questions[number];
          count(byQuestion, number, question, { side, moment, row });
          count(
            byAttribute,
            question.attribute,
            { ...question, entity: null, golds: [] },
            { side, moment, row },
          );
        }
  }
  const matched = [...byQuestion.values()].filter(({ first, second }) => first.asked > 0 && second.asked > 0);
  const rows = sorted(matched.map(compared), ({ difference }) => difference, options.descending);
  const { offset, limit } = options;
  return {
    rows: rows.slice(offset, offset + limit),
    total: rows.length,
    attributes: [...byAttribute.values()].map(compared),
    groups: sides.grouped && stage !== null ? groupContrasts(book, both, { stage, sides }) : [],
    stage,
  };
}

/** First minus second within each run, over seeds, of each group and attribute. */
function groupContrasts(
  book: Book,
  { first, second }: Record<Side, readonly FoundRows[]>,
  { stage, sides }: { stage: StageId; sides: AnswerSides },
): GroupContrast[] {
  const seconds = new Map(second.map((found) => [found.answered, found]));
  const differences = first.flatMap((found) => {
    const other = seconds.get(found.answered);
    const [a] = sumsAt(book, found, stage);
    const [b] = other ? sumsAt(book, other, stage) : [];
    return a && b ? [{ side: sides.of(found.answered.run.experiment), seed: a.seed, a: a.of, b: b.of }] : [];
  });
  const bySide = [...Map.groupBy(differences, ({ side }) => side)].toSorted(([a], [b]) => a - b);
  return bySide.flatMap(([side, runs]) =>
    [null, ...book.attributes].flatMap((attribute, i): GroupContrast[] => {
      const asked = runs.filter(({ a, b }) => a[i]!.count > 0 && b[i]!.count > 0);
      const found = seedMeans(asked, ({ a, b }) => shareOf(a[i]!) - shareOf(b[i]!));
      const difference = meanInterval(found, differenceLimits('exact_match'));
      return difference ? [{ side, attribute, difference }] : [];
    }),
  );
}

function count<Key>(
  rows: Map<Key, ContrastRow>,
  key: Key,
  { entity, attribute, golds }: Pick<ContrastRow, 'entity' | 'attribute' | 'golds'>,
  { side, moment, row }: { side: Side; moment: AnsweredMoment; row: number },
): void {
  const none = () => ({ asked: 0, right: 0 });
  const known = rows.get(key) ?? { entity, attribute, golds, first: none(), second: none(), difference: 0 };
  rows.set(key, known);
  known[side].asked++;
  known[side].right += moment.answers.right?.[row] ?? 0;
}

function compared(row: ContrastRow): ContrastRow {
  const share = ({ right, asked }: ContrastRow[Side]) => (asked === 0 ? 0 : right / asked);
  return { ...row, difference: share(row.first) - share(row.second) };
}
