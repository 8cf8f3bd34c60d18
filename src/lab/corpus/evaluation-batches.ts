/** Batches of test prompts, each with room for the answer that follows it. */
import { emptyBatch, setInput, setPosition, type Batch, type BatchShape } from './batch.ts';
import type { TestQuestion } from './document.ts';
import { joined, partAt, type Joined } from './joined.ts';
import type { Reading } from './reading.ts';

/** A batch of prompts, each followed by all but the last token of its room. */
export interface EvaluationBatch extends Batch {
  /** The test in each row; further rows are padding. */
  tests: number[];
  /** Where the targets of each row begin; they lie one after the other. */
  froms: number[];
}

/** All tests as token ids, end to end. */
export interface EncodedTests {
  count: number;
  /** Prompt and room of test `i` are `ids[offsets[i] .. offsets[i + 1]]`; in the room stands the accepted answer. */
  ids: Int32Array;
  offsets: Int32Array;
  /** What an encoder reads of each; nothing without one. */
  inputs: Joined;
  /** Where in `ids` the room of each test begins. */
  answers: Int32Array;
  /** Where in `ids` the accepted answer of each test ends, the first where there are several. */
  goldEnds: Int32Array;
  /** Tokens of the longest input, a prompt with all but the last token of its room. */
  length: number;
  /** Tokens of the largest room. */
  answerLength: number;
  /** Tokens that an answer has at most, where it is not those of its room: an accepted one may be longer. */
  limit: number | null;
  /** Tokens of the longest text that may come of a test, all but the last of its answer. */
  reach: number;
  padId: number;
}

/** What follows a prompt before a model has answered: the accepted answer, and what ends it where it may be longer. */
function draft(gold: readonly number[], end: readonly number[], limit: number | null): number[] {
  return limit === null ? [...gold] : [...gold, ...end];
}

/**
 * Encodes each prompt with its accepted answer.
 * @param limit tokens that an answer may have; null gives it as many as the accepted one has
 */
export function encodeTests(
  tests: readonly TestQuestion[],
  { question, end, tokenizer }: Reading,
  limit: number | null = null,
): EncodedTests {
  const ids: number[] = [];
  const inputs: number[][] = [];
  const offsets = new Int32Array(tests.length + 1);
  const [answers, goldEnds] = [new Int32Array(tests.length), new Int32Array(tests.length)];
  let [length, answerLength, reach] = [1, 1, 1];
  tests.forEach((test, i) => {
    const { prompt, gold, input } = question(test);
    const following = draft(gold, end, limit);
    inputs.push(input);
    ids.push(...prompt, ...following);
    offsets[i + 1] = ids.length;
    answers[i] = offsets[i] + prompt.length;
    goldEnds[i] = answers[i] + gold.length;
    length = Math.max(length, prompt.length + following.length - 1);
    answerLength = Math.max(answerLength, following.length);
    reach = Math.max(reach, length, prompt.length + (limit ?? 0) - 1);
  });
  const { padId } = tokenizer;
  return {
    count: tests.length,
    ids: Int32Array.from(ids),
    offsets,
    inputs: joined(inputs),
    answers,
    goldEnds,
    length,
    answerLength,
    limit,
    reach,
    padId,
  };
}

/** Shape of every evaluation batch; few tests get fewer rows than `batchSize`. */
export function evaluationShape(
  { count, length, answerLength, inputs }: EncodedTests,
  batchSize: number,
): BatchShape {
  const rows = Math.max(1, Math.min(batchSize, count));
  return { rows, length, positions: rows * answerLength, input: inputs.longest };
}

/** The same with no more targets than any batch of so many tests has. */
export function tightShape(tests: EncodedTests, batchSize: number): BatchShape {
  const shape = evaluationShape(tests, batchSize);
  const { answers, offsets } = tests;
  const rooms = Array.from(answers, (start, i) => offsets[i + 1] - start).sort((a, b) => b - a);
  return { ...shape, positions: rooms.slice(0, shape.rows).reduce((sum, room) => sum + room, 0) };
}

/**
 * Evaluation batches of fixed shape; the last is filled with rows of weight 0. Position `froms[row] + k` predicts
 * token `k` of the row's answer, and its label is that of the accepted one.
 * @param asked the tests to ask, all by default
 * @param ids as those of `tests`, with answers of the caller's own to follow the prompts
 */
export function* evaluationBatches(
  tests: EncodedTests,
  shape: BatchShape,
  asked: readonly number[] = Array.from({ length: tests.count }, (_, i) => i),
  ids: Int32Array = tests.ids,
): Generator<EvaluationBatch> {
  const { offsets, answers } = tests;
  for (let first = 0; first < asked.length; first += shape.rows) {
    const batch = emptyBatch(shape, tests.padId);
    const inBatch = asked.slice(first, first + shape.rows);
    let target = 0;
    const froms = inBatch.map((test, row) => {
      const from = target;
      const [start, end] = [offsets[test], offsets[test + 1]];
      batch.tokens.set(ids.subarray(start, end - 1), row * shape.length);
      setInput(batch, row, partAt(tests.inputs, test));
      for (let at = answers[test]; at < end; at++)
        setPosition(batch, target++, row * shape.length + at - 1 - start, tests.ids[at]);
      return from;
    });
    yield { ...batch, tests: inBatch, froms };
  }
}
