/** What a model answers to test questions: how it is asked is said by `by-drafts.ts` and `by-cache.ts`. */
import type { Precision } from '#shared/engines.ts';
import type { TestQuestion } from '../../../corpus/document.ts';
import type { EncodedTests } from '../../../corpus/evaluation-batches.ts';
import type { Tokenizer } from '../../../corpus/vocabulary.ts';
import type { EngineState } from '../../../engines/engine.ts';
import type { TextSpec } from '../../../models/text-model.ts';

/** Tests, and how they are asked. */
export interface LanguageTests {
  model: TextSpec;
  tests: readonly TestQuestion[];
  /** The same tests as tokens. */
  encoded: EncodedTests;
  tokenizer: Tokenizer;
  /** Questions that are asked together, at most. */
  batchSize: number;
  /** Of matrix products, as in training. */
  precision: Precision;
}

/** The answers to all tests, in their order. */
export interface Answers {
  /** Tokens, up to the one that ends the answer. */
  given: number[][];
  /** Mean negative log-likelihood of the accepted answer's tokens. */
  losses: Float64Array;
}

/** Asks the tests of a run, greedily. */
export interface Answerer {
  /**
   * @param state holds the weights
   * @param read told how many tests were read, of all
   */
  answer(state: EngineState, read?: (tests: number) => void): Promise<Answers>;
  dispose(): void;
}

export function noAnswers({ count }: EncodedTests): Answers {
  return { given: Array.from({ length: count }, () => []), losses: new Float64Array(count) };
}

/** How many of an answer's tokens count, once it has ended; null while it goes on. */
export type Ends = (answer: readonly number[]) => number | null;

/** A line break or the end of text ends an answer; words of a vocabulary go on through all of their room. */
export function endOf(tokenizer: Tokenizer): Ends {
  const { eosId = null } = tokenizer;
  const breaks = new Map<number, boolean>();
  const isEnd = (id: number) => {
    const known = breaks.get(id) ?? (id === eosId || tokenizer.decode([id]).includes('\n'));
    breaks.set(id, known);
    return known;
  };
  return (answer) => {
    const at = answer.findIndex(isEnd);
    return at < 0 ? null : at + 1;
  };
}

/** The tokens of an answer that count, where it has ended or may have no more; null while it goes on. */
export function finished(answer: readonly number[], ends: Ends, most: number): number[] | null {
  const end = ends(answer);
  return end === null && answer.length < most ? null : answer.slice(0, Math.min(end ?? most, most));
}

/** Tokens of a test's room. */
export const roomOf = ({ answers, offsets }: EncodedTests, test: number): number =>
  offsets[test + 1] - answers[test];

/** Over the accepted answer's tokens. @param from the place of the first in `losses` */
export function meanLoss(
  { answers, goldEnds }: EncodedTests,
  test: number,
  losses: ArrayLike<number>,
  from: number,
): number {
  const size = goldEnds[test] - answers[test];
  let sum = 0;
  for (let k = 0; k < size; k++) sum += losses[from + k];
  return sum / size;
}

/**
 * How many of the tokens that a pass predicts are the model's own: they follow tokens that it gave itself.
 * @param room what stood in the test's room
 * @param from the place of the first in `predictions`
 */
export function settledTokens(room: Int32Array, predictions: ArrayLike<number>, from: number): number {
  const differs = room.findIndex((id, k) => id !== predictions[from + k]);
  return differs < 0 ? room.length : differs + 1;
}
