/** Batches of test prompts, scored on the tokens of the answer that follows each. */
import { emptyBatch, setPosition, type Batch, type BatchShape } from './batch.ts';
import type { Part, TestQuestion } from './document.ts';
import type { Tokenizer } from './vocabulary.ts';

/** A batch of prompts, each followed by all but the last token of an answer. */
export interface EvaluationBatch extends Batch {
  /** The test in each row; further rows are padding. */
  tests: number[];
}

/** All tests as token ids, end to end. */
export interface EncodedTests {
  count: number;
  /** Prompt and first accepted answer of test `i` are `ids[offsets[i] .. offsets[i + 1]]`. */
  ids: Int32Array;
  offsets: Int32Array;
  /** Where in `ids` the answer of each test begins. */
  answers: Int32Array;
  /** Tokens of the longest input, a prompt with all but the last token of its answer. */
  length: number;
  /** Tokens of the longest answer. */
  answerLength: number;
  padId: number;
}

/** Encodes each prompt together with its answer, so that a subword tokenizer splits it as in training. */
export function encodeTests(tests: readonly TestQuestion[], tokenizer: Tokenizer): EncodedTests {
  const ids: number[] = [];
  const offsets = new Int32Array(tests.length + 1);
  const answers = new Int32Array(tests.length);
  let [length, answerLength] = [1, 1];
  tests.forEach(({ prompt, golds }, i) => {
    const gold: Part = { role: 'value', text: golds[0], target: true };
    const encoded = tokenizer.encode([...prompt, { role: 'text', text: ' ' }, gold]);
    const end = encoded.targets.lastIndexOf(1) + 1;
    const start = encoded.targets.indexOf(1);
    for (let at = 0; at < end; at++) ids.push(encoded.ids[at]);
    offsets[i + 1] = ids.length;
    answers[i] = offsets[i] + start;
    length = Math.max(length, end - 1);
    answerLength = Math.max(answerLength, end - start);
  });
  const { padId } = tokenizer;
  return {
    count: tests.length,
    ids: Int32Array.from(ids),
    offsets,
    answers,
    length,
    answerLength,
    padId,
  };
}

/** Shape of every evaluation batch; few tests get fewer rows than `batchSize`. */
export function evaluationShape(
  { count, length, answerLength }: EncodedTests,
  batchSize: number,
): BatchShape {
  const rows = Math.max(1, Math.min(batchSize, count));
  return { rows, length, positions: rows * answerLength };
}

/**
 * Evaluation batches of fixed shape; the last is filled with rows of weight 0. Position
 * `row × answerLength + k` predicts token `k` of the row's answer, and its label is that of the accepted one.
 * @param asked the tests to ask, all by default
 * @param ids as those of `tests`, with answers of the caller's own to follow the prompts
 */
export function* evaluationBatches(
  tests: EncodedTests,
  batchSize: number,
  asked: readonly number[] = Array.from({ length: tests.count }, (_, i) => i),
  ids: Int32Array = tests.ids,
): Generator<EvaluationBatch> {
  const shape = evaluationShape(tests, batchSize);
  const { offsets, answers, answerLength } = tests;
  for (let first = 0; first < asked.length; first += shape.rows) {
    const batch = emptyBatch(shape, tests.padId);
    const inBatch = asked.slice(first, first + shape.rows);
    inBatch.forEach((test, row) => {
      const [start, end] = [offsets[test], offsets[test + 1]];
      batch.tokens.set(ids.subarray(start, end - 1), row * shape.length);
      for (let at = answers[test]; at < end; at++) {
        const slot = row * answerLength + at - answers[test];
        setPosition(batch, slot, row * shape.length + at - 1 - start, tests.ids[at]);
      }
    });
    yield { ...batch, tests: inBatch };
  }
}
