/** Questions over all seeds that were asked them. */
import type { AnswerFilter, AnswerOrder, QuestionResult, QuestionRow } from '#shared/api/answers.ts';
import type { StageId } from '#shared/records.ts';
import type { TestSubset } from '#shared/subsets.ts';
import type { AnsweredRun, Book } from './book.ts';
import { findRows, stageInView, type FoundRows } from './filter.ts';
import { errorOf, sorted } from './rows.ts';
import { BY_EXPERIMENT, type AnswerSides } from './sides.ts';

/** A question of a subset, and where it was asked. */
interface Group {
  question: number;
  subset: TestSubset;
  asked: { found: FoundRows; row: number }[];
}

interface Options {
  sort?: AnswerOrder;
  descending?: boolean;
  offset: number;
  limit: number;
  /** Whose answers count together. */
  sides?: AnswerSides;
}

/**
 * A page of questions; a verdict keeps those to which at least one seed answered so.
 * @throws UserError as `findRows`
 */
export function questionRows(
  book: Book,
  filter: AnswerFilter,
  { sort = 'order', descending = false, offset, limit, sides = BY_EXPERIMENT }: Options,
): { rows: QuestionRow[]; total: number } {
  const groups = groupsOf(findRows(book, filter, { verdict: false }));
  const kept = filter.verdict ? withVerdict(groups, book, filter) : groups;
  const value = VALUES[sort];
  const ordered = value === null ? kept : sorted(kept, (group) => value(group, book), descending);
  const stage = stageInView(book, filter);
  const rows = ordered.slice(offset, offset + limit).map((group) => rowOf(book, group, stage, sides));
  return { rows, total: kept.length };
}

function groupsOf(found: readonly FoundRows[]): Group[] {
  const groups = new Map<string | number, Group>();
  const subsets: TestSubset[] = [];
  for (const each of found) {
    const { questions, table } = each.answered;
    const places = table.subsets.map((subset) => {
      if (!subsets.includes(subset)) subsets.push(subset);
      return subsets.indexOf(subset);
    });
    for (const row of each.rows) {
      // Subsets are fewer than 32.
      const key = questions[row] * 32 + places[table.rows.subset[row]];
      const group = groups.get(key) ?? { question: questions[row], subset: subsets[key % 32], asked: [] };
      if (group.asked.length === 0) groups.set(key, group);
      group.asked.push({ found: each, row });
    }
  }
  return [...groups.values()];
}

function withVerdict(groups: readonly Group[], book: Book, filter: AnswerFilter): Group[] {
  const judged = findRows(book, filter).map(({ answered, rows }) => [answered, new Set(rows)] as const);
  const byRun = new Map<AnsweredRun, Set<number>>(judged);
  return groups.filter(({ asked }) =>
    asked.some(({ found, row }) => byRun.get(found.answered)?.has(row) ?? false),
  );
}

const VALUES: Record<AnswerOrder, ((group: Group, book: Book) => string | number | null) | null> = {
  order: null,
  entity: ({ question }, { questions }) => questions[question].entity,
  attribute: ({ question }, { questions }) => questions[question].attribute,
  share: ({ asked }) => meanOf(asked.map(({ found, row }) => found.moment?.answers.right?.[row])),
  loss: ({ asked }) => meanOf(asked.map(({ found, row }) => found.moment?.answers.losses?.[row])),
  error: ({ asked }) =>
    meanOf(asked.map(({ found, row }) => found.moment && errorOf(found.answered, found.moment, row))),
};

function meanOf(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => typeof value === 'number');
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function rowOf(
  { questions, stages }: Book,
  group: Group,
  stage: StageId | null,
  sides: AnswerSides,
): QuestionRow {
  return {
    ...questions[group.question],
    subset: group.subset,
    results: resultsOf(group, stages, sides),
    answers: commonAnswers(group, stage),
  };
}

function resultsOf({ asked }: Group, stages: readonly StageId[], sides: AnswerSides): QuestionResult[] {
  const bySide = Map.groupBy(asked, ({ found }) => sides.of(found.answered.run.experiment));
  return [...bySide].flatMap(([side, places]) =>
    stages.flatMap((stage) => {
      const at = places.flatMap(({ found, row }) => {
        const moment = found.answered.moments.find((each) => each.stage === stage && each.last);
        return moment ? [{ answered: found.answered, moment, row }] : [];
      });
      if (at.length === 0) return [];
      const numbers = at[0].moment.answers.values !== null;
      const right = at.reduce((sum, { moment, row }) => sum + (moment.answers.right?.[row] ?? 0), 0);
      const error = meanOf(at.map(({ answered, moment, row }) => errorOf(answered, moment, row)));
      return [{ side, stage, asked: at.length, right: numbers ? null : right, error }];
    }),
  );
}

/** Answers that a row names. */
const NAMED = 3;

function commonAnswers({ asked }: Group, stage: StageId | null): QuestionRow['answers'] {
  const counts = new Map<string, { text: string; seeds: number; right: boolean | null }>();
  for (const { found, row } of asked) {
    const { moment } = found;
    if (moment?.stage !== stage || moment.answers.values) continue;
    const { texts, given, right } = moment.answers;
    const text = texts[given[row]].trim();
    const known = counts.get(text) ?? { text, seeds: 0, right: right && right[row] === 1 };
    known.seeds++;
    counts.set(text, known);
  }
  return [...counts.values()].sort((a, b) => b.seeds - a.seeds).slice(0, NAMED);
}
