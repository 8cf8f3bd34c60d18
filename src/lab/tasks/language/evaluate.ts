/** Asks a model every test question and scores the answers (paper, evaluation: greedy, exact match and F1). */
import type { Precision } from '#shared/engines.ts';
import type { MetricRecord, MetricTest } from '#shared/records.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { exactMatch, tokenF1 } from '../../corpus/answers.ts';
import type { Batch } from '../../corpus/batch.ts';
import type { TestQuestion } from '../../corpus/document.ts';
import { evaluationBatches, evaluationShape, type EncodedTests } from '../../corpus/evaluation-batches.ts';
import type { Tokenizer } from '../../corpus/vocabulary.ts';
import type { TextSpec } from '../../models/text-model.ts';
import type { Steps } from '../../steps/steps.ts';
import type { Evaluator } from '../task.ts';
import { languageStep } from './step.ts';

/**
 * The evaluation of a run's tests.
 * @param encoded the same tests as tokens
 * @param batchSize questions per batch
 * @param precision of matrix products, as in training
 */
export function createEvaluator(
  steps: Steps,
  { model, tests, encoded, tokenizer, batchSize, precision }: LanguageTests,
): Evaluator {
  const { rows, length, positions, input } = evaluationShape(encoded, batchSize);
  const shape = { batch: rows, length, targets: positions, input };
  const step = steps.step(languageStep({ model, optimizer: null, precision, shape }));
  const score = createScorer();
  const ends = endOf(tokenizer);
  return {
    dispose: () => step.dispose(),
    async evaluate(state) {
      const answers = await greedyAnswers(encoded, { batchSize, ends }, (batch) => step.run(state, batch));
      const tally = createTally();
      tests.forEach((test, i) => {
        const given = tokenizer.decode(answers.given[i]);
        tally.add(test, { ...score(given.split('\n', 1)[0], test.golds), loss: answers.losses[i] });
      });
      return tally.metrics();
    },
  };
}

/** Tests, and how they are asked. */
export interface LanguageTests {
  model: TextSpec;
  tests: readonly TestQuestion[];
  encoded: EncodedTests;
  tokenizer: Tokenizer;
  batchSize: number;
  precision: Precision;
}

/** Input tokens that one evaluation reads, where every answer is right. */
export function evaluationTokens(encoded: EncodedTests, batchSize: number): number {
  const { rows, length, input = 0 } = evaluationShape(encoded, batchSize);
  return Math.ceil(encoded.count / rows) * rows * (length + input);
}

type Run = (batch: Batch) => Promise<Record<string, ArrayLike<number>>>;

/** How many of an answer's tokens count, once it has ended; null while it goes on. */
type Ends = (answer: readonly number[]) => number | null;

/** A line break or the end of text ends an answer; words of a vocabulary go on through all of their room. */
function endOf(tokenizer: Tokenizer): Ends {
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

/**
 * What the model answers greedily (tokens, up to the one that ends the answer), and the mean loss of the accepted
 * answer's tokens. What stands in a test's room serves as a draft: as far as the model would give just it, one pass
 * shows that for all its tokens; from there on the model's own tokens are the next draft.
 */
async function greedyAnswers(
  encoded: EncodedTests,
  { batchSize, ends }: { batchSize: number; ends: Ends },
  run: Run,
) {
  const ids = encoded.ids.slice();
  const losses = new Float64Array(encoded.count);
  const given: number[][] = Array.from({ length: encoded.count }, () => []);
  let asked = Array.from({ length: encoded.count }, (_, i) => i);
  for (let pass = 0; asked.length > 0; pass++) {
    const open: number[] = [];
    for (const batch of evaluationBatches(encoded, batchSize, asked, ids)) {
      const { predictions, losses: found } = await run(batch);
      batch.tests.forEach((test, row) => {
        const from = row * encoded.answerLength;
        if (pass === 0) losses[test] = meanLoss(encoded, test, found, from);
        const answer = takeAnswer(encoded, test, ids, predictions, from);
        const most = Math.min(roomOf(encoded, test), encoded.limit ?? Infinity);
        const end = ends(answer);
        if (end === null && answer.length < most) open.push(test);
        else given[test] = answer.slice(0, Math.min(end ?? most, most));
      });
    }
    asked = open;
  }
  return { given, losses };
}

const roomOf = ({ answers, offsets }: EncodedTests, test: number) => offsets[test + 1] - answers[test];

/** Over the accepted answer's tokens. */
function meanLoss(
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
 * Puts the predicted tokens in the draft's place.
 * @returns those that the model gives: they follow tokens that it gave itself
 */
function takeAnswer(
  encoded: EncodedTests,
  test: number,
  ids: Int32Array,
  predictions: ArrayLike<number>,
  from: number,
): number[] {
  const [start, size] = [encoded.answers[test], roomOf(encoded, test)];
  let settled = size;
  for (let k = 0; k < size; k++) {
    if (settled === size && ids[start + k] !== predictions[from + k]) settled = k + 1;
    ids[start + k] = predictions[from + k];
  }
  return Array.from(ids.subarray(start, start + settled));
}

interface Scored {
  right: boolean;
  f1: number;
}

/** Scores answers; there are few different ones, so each pair is normalised once. */
function createScorer(): (answer: string, golds: readonly string[]) => Scored {
  const known = new Map<readonly string[] | string, Map<string, Scored>>();
  return (answer, golds) => {
    const key = golds.length === 1 ? golds[0] : golds;
    const scores = known.get(key) ?? new Map<string, Scored>();
    known.set(key, scores);
    const score = scores.get(answer) ?? { right: exactMatch(answer, golds), f1: tokenF1(answer, golds) };
    scores.set(answer, score);
    return score;
  };
}

interface Sums {
  subset: TestSubset;
  test: MetricTest;
  right: number;
  f1: number;
  loss: number;
  count: number;
}

function createTally() {
  const groups = new Map<string, Sums>();
  return {
    add({ subset, test }: TestQuestion, { right, f1, loss }: Scored & { loss: number }) {
      const key = `${subset} ${test}`;
      const sums = groups.get(key) ?? { subset, test, right: 0, f1: 0, loss: 0, count: 0 };
      sums.right += Number(right);
      sums.f1 += f1;
      sums.loss += loss;
      sums.count++;
      groups.set(key, sums);
    },
    metrics: (): MetricRecord[] =>
      [...groups.values()].map(({ subset, test, right, f1, loss, count }) => ({
        subset,
        test,
        exact_match: right / count,
        f1: f1 / count,
        loss: Number.isFinite(loss) ? loss / count : null,
        count,
      })),
  };
}
