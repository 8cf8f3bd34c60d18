/** The answers of experiments in memory, so that questions about them are quick. */
import { decodeAnswers, decodeQuestions } from '#lab/answers/codec.ts';
import { questionCount } from '#lab/answers/question-table.ts';
import type { GivenAnswers, QuestionTable } from '#shared/answers.ts';
import { STAGE_IDS, type MetricTest, type RunRecord, type StageId } from '#shared/records.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import type { KeptEvaluation } from '../history/answers.ts';
import type { History } from '../history/history.ts';

/** What a run answered at one evaluation. */
export interface AnsweredMoment {
  stage: StageId;
  epoch: number;
  /** Whether it is the last of its stage that was kept. */
  last: boolean;
  answers: GivenAnswers;
}

export interface AnsweredRun {
  run: RunRecord;
  table: QuestionTable;
  /** Of each row of the table, its number in the book's `questions`. */
  questions: Uint32Array;
  /** In training order. */
  moments: AnsweredMoment[];
}

/** A question whichever seed asks it. */
interface BookQuestion {
  test: MetricTest;
  entity: string;
  attribute: string;
  wording: string;
  golds: readonly string[];
}

export interface Book {
  runs: AnsweredRun[];
  questions: BookQuestion[];
  /** Stages at whose end answers were kept, in order. */
  stages: StageId[];
  tests: MetricTest[];
  subsets: TestSubset[];
  attributes: string[];
  /** Answers are numbers: none of them is right or wrong. */
  numbers: boolean;
}

/** Reads what runs of experiments answered; those that read other data than their experiment are left out. */
function readBook(history: History, experiments: readonly number[]): Book {
  const number = createNumbering();
  const runs = experiments.flatMap((experiment) => readExperiment(history, experiment, number.of));
  const moments = runs.flatMap((each) => each.moments);
  const tables = runs.map(({ table }) => table);
  const inTables = <T>(pick: (table: QuestionTable) => readonly T[]) => new Set(tables.flatMap(pick));
  const [stages, subsets] = [new Set(moments.map(({ stage }) => stage)), inTables((table) => table.subsets)];
  return {
    runs,
    questions: number.questions,
    stages: STAGE_IDS.filter((stage) => stages.has(stage)),
    tests: [...inTables((table) => table.tests)],
    subsets: TEST_SUBSETS.filter((subset) => subsets.has(subset)),
    attributes: [...inTables((table) => table.attributes)],
    numbers: moments.some(({ answers }) => answers.values !== null),
  };
}

function readExperiment(
  history: History,
  experiment: number,
  numbers: (table: QuestionTable) => Uint32Array,
): AnsweredRun[] {
  const others = new Set(history.otherDataRuns(experiment).map(({ id }) => id));
  const byRun = Map.groupBy(
    history.keptAnswers(experiment).filter(({ run, questions }) => questions !== null && !others.has(run)),
    ({ run }) => run,
  );
  const sets = history.questionSets(experiment);
  const decoded = new Map<number, Pick<AnsweredRun, 'table' | 'questions'>>();
  const tableOf = (set: number) => {
    const known = decoded.get(set);
    if (known) return known;
    const table = decodeQuestions(sets.get(set)!);
    const read = { table, questions: numbers(table) };
    decoded.set(set, read);
    return read;
  };
  const runs = history.runsOf(experiment).filter(({ id }) => byRun.has(id));
  return runs.map((run) => {
    const kept = byRun.get(run.id)!;
    return { run, ...tableOf(kept.at(-1)!.questions!), moments: momentsOf(kept) };
  });
}

function momentsOf(kept: readonly KeptEvaluation[]): AnsweredMoment[] {
  const lasts = new Map(kept.map(({ stage, epoch }) => [stage, epoch]));
  return kept.map(({ stage, epoch, answers }) => ({
    stage,
    epoch,
    last: lasts.get(stage) === epoch,
    answers: decodeAnswers(answers),
  }));
}

/** Gives every question a number, the same whichever seed asks it. */
function createNumbering() {
  const known = new Map<string, number>();
  const questions: BookQuestion[] = [];
  return {
    questions,
    of(table: QuestionTable): Uint32Array {
      const { rows, tests, entities, attributes, wordings, golds } = table;
      // Quoted, so that two questions never read as one.
      const [quotedEntities, quotedWordings, quotedGolds] = [entities, wordings, golds].map((list) =>
        list.map((each) => JSON.stringify(each)),
      );
      return Uint32Array.from({ length: questionCount(table) }, (_, i) => {
        const [test, entity] = [tests[rows.test[i]], entities[rows.entity[i]]];
        const [wording, gold] = [wordings[rows.wording[i]], rows.gold[i]];
        const key = `${test} ${quotedEntities[rows.entity[i]]} ${quotedWordings[rows.wording[i]]} ${quotedGolds[gold]}`;
        const number = known.get(key) ?? questions.length;
        if (number === questions.length) {
          known.set(key, number);
          questions.push({
            test,
            entity,
            attribute: attributes[rows.attribute[i]],
            wording,
            golds: golds[gold],
          });
        }
        return number;
      });
    },
  };
}

/** Books that are kept, each as large as what it holds. */
const KEPT = 3;

export type Books = (experiments: readonly number[]) => Book;

/** Books of a history; one that was asked for lately is not read again before something was evaluated. */
export function createBooks(history: History): Books {
  const books = new Map<string, Book>();
  return (experiments) => {
    const stamps = experiments.map((id) => {
      const { states, finished_at } = history.summaryOf(id);
      return [id, history.answersStamp(id), states, finished_at];
    });
    const key = JSON.stringify(stamps);
    const book = books.get(key) ?? readBook(history, experiments);
    books.delete(key);
    books.set(key, book);
    if (books.size > KEPT) books.delete(books.keys().next().value!);
    return book;
  };
}
