/** A corpus as plain rows of question, answer and text, split by split, for other trainers. */
import type { DocumentKind } from '#shared/corpus.ts';
import type { MetricTest, StageId } from '#shared/records.ts';
import type { SubsetName, TestSubset } from '#shared/subsets.ts';
import type { Corpus } from './corpus.ts';
import { splitAtAnswer, textOf, type Document, type TestQuestion } from './document.ts';
import { writingOf } from '../datasets/knowledge-base.ts';

/** `text` is always `question` followed by `answer`; the space before an answer belongs to it. */
interface Row {
  question: string;
  answer: string;
  text: string;
}

/** A training text. */
interface TrainingRow extends Row {
  kind: DocumentKind;
  /** Null for stage-0 facts. */
  subset: SubsetName | null;
}

/** A test question; `answer` is the first of the accepted `answers`. */
interface TestRow extends Row {
  answers: string[];
}

export type Split =
  | { name: string; stage: StageId; rows: Iterable<TrainingRow> }
  | { name: string; test: MetricTest; subset: TestSubset; rows: Iterable<TestRow> };

/**
 * Every split of a corpus: the texts of each stage, one copy of each, then the questions of each test and
 * subset. Rows are made as they are asked for, so that a split is never held as text.
 */
export function corpusSplits(corpus: Corpus): Split[] {
  const { end } = writingOf(corpus.knowledge);
  return [
    ...corpus.stages.map(({ id, documents }): Split => {
      return { name: id, stage: id, rows: each(documents, trainingRow) };
    }),
    ...[...byTest(corpus.tests).values()].map((questions): Split => {
      const [{ test, subset }] = questions;
      const rows = each(questions, (question) => testRow(question, end));
      return { name: `test-${test}-${subset}`, test, subset, rows };
    }),
  ];
}

function byTest(tests: readonly TestQuestion[]): Map<string, TestQuestion[]> {
  const groups = new Map<string, TestQuestion[]>();
  for (const question of tests) {
    const key = `${question.test} ${question.subset}`;
    const group = groups.get(key);
    if (group) group.push(question);
    else groups.set(key, [question]);
  }
  return groups;
}

function* each<T, R>(items: Iterable<T>, make: (item: T) => R): Generator<R> {
  for (const item of items) yield make(item);
}

function trainingRow({ kind, subset, parts }: Document): TrainingRow {
  const { question, answer } = splitAtAnswer(parts);
  return { ...row(textOf(question), textOf(answer)), kind, subset };
}

function testRow({ prompt, golds }: TestQuestion, end: string): TestRow {
  return { ...row(textOf(prompt), ` ${golds[0]}${end}`), answers: golds };
}

function row(before: string, after: string): Row {
  const question = before.trimEnd();
  const answer = before.slice(question.length) + after;
  return { question, answer, text: question + answer };
}
