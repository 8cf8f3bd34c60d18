/** What the parts of an inside look into. */
import type { LanguageConfig } from '#shared/config.ts';
import type { SubsetName } from '#shared/subsets.ts';
import type { Corpus } from '../../../corpus/corpus.ts';
import { splitAtAnswer, type Part, type TestQuestion } from '../../../corpus/document.ts';
import { encodeTests } from '../../../corpus/evaluation-batches.ts';
import type { Reading } from '../../../corpus/reading.ts';
import type { TextSpec } from '../../../models/text-model.ts';
import { alone } from '../../../steps/steps.ts';
import type { Running } from '../../inside.ts';
import type { Answers, LanguageTests } from '../answers/answers.ts';
import { answererOf } from '../answers/index.ts';

/** A language task of one seed. */
export interface Subject {
  config: LanguageConfig;
  seed: number;
  corpus: Corpus;
  reading: Reading;
  model: TextSpec;
}

/** A question about an alias, trained on or held out. */
export interface Asked extends TestQuestion {
  subset: SubsetName;
}

/** Every question about an alias or name, each once; those of swapped aliases are no part of it. */
export function allQuestions({ corpus }: Subject): Asked[] {
  const trained = corpus.stages.flatMap(({ documents }) =>
    documents.flatMap(({ kind, subset, entity, parts }): Asked[] => {
      if (kind !== 'qa' || subset === null) return [];
      const { question, answer } = splitAtAnswer(parts);
      return [{ test: 'questions', subset, entity, prompt: withoutSpace(question), golds: [answer[0].text] }];
    }),
  );
  return [...trained, ...testQuestions(corpus.tests, 'questions')];
}

/** The questions of a test, but those of swapped aliases. */
export function testQuestions(tests: readonly TestQuestion[], name: TestQuestion['test']): Asked[] {
  return tests.filter((test): test is Asked => test.test === name && test.subset !== 'd2incons');
}

/** A document has a space before its answer that a prompt has not. */
function withoutSpace(question: Part[]): Part[] {
  const last = question.at(-1);
  return last?.role === 'text' && last.text === ' ' ? question.slice(0, -1) : question;
}

/** @param limit tokens of an answer; null gives it the room of the accepted one */
export function testsOf(
  { config, model, reading }: Subject,
  tests: readonly TestQuestion[],
  limit: number | null,
): LanguageTests {
  return {
    ...{ model, tests, tokenizer: reading.tokenizer, encoded: encodeTests(tests, reading, limit) },
    ...{ batchSize: config.evaluation.batch_size, precision: config.precision },
  };
}

/** What the model answers. @param told how many of the questions were read */
export async function answersTo(
  tests: LanguageTests,
  { engine, state }: Running,
  told?: (tests: number) => void,
): Promise<Answers> {
  const answerer = answererOf(alone(engine), tests);
  try {
    return await answerer.answer(state, told);
  } finally {
    answerer.dispose();
  }
}
