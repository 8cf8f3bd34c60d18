/** Asks a model every test question and scores the answers (paper, evaluation: greedy, exact match and F1). */
import type { Precision } from '#shared/engines.ts';
import type { MetricRecord, MetricTest } from '#shared/records.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { exactMatch, tokenF1 } from '../../corpus/answers.ts';
import type { Batch } from '../../corpus/batch.ts';
import type { TestQuestion } from '../../corpus/document.ts';
import { evaluationBatches, evaluationShape, type EncodedTests } from '../../corpus/evaluation-batches.ts';
import type { Tokenizer } from '../../corpus/vocabulary.ts';
import type { TransformerSpec } from '../../models/transformer-spec.ts';
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
  const { rows, length, positions } = evaluationShape(encoded, batchSize);
  const shape = { batch: rows, length, targets: positions };
  const step = steps.step(languageStep({ model, optimizer: null, precision, shape }));
  const score = createScorer();
  return {
    dispose: () => step.dispose(),
    async evaluate(state) {
      const answers = await greedyAnswers(encoded, batchSize, (batch) => step.run(state, batch));
      const tally = createTally();
      tests.forEach((test, i) => {
        const { offsets, answers: starts } = encoded;
        const given = tokenizer.decode([...answers.ids.subarray(starts[i], offsets[i + 1])]);
        tally.add(test, { ...score(given, test.golds), loss: answers.losses[i] });
      });
      return tally.metrics();
    },
  };
}

/** Tests, and how they are asked. */
export interface LanguageTests {
  model: TransformerSpec;
  tests: readonly TestQuestion[];
  encoded: EncodedTests;
  tokenizer: Tokenizer;
  batchSize: number;
  precision: Precision;
}

/** Input tokens that one evaluation reads, where every answer is right. */
export function evaluationTokens(encoded: EncodedTests, batchSize: number): number {
  const { rows, length } = evaluationShape(encoded, batchSize);
  return Math.ceil(encoded.count / rows) * rows * length;
}

type Run = (batch: Batch) => Promise<Record<string, ArrayLike<number>>>;

/**
 * What the model answers greedily, as many tokens as the accepted answer has, and the mean loss of the
 * accepted answer's tokens. The accepted answer serves as a draft: where the model would give just it, one
 * pass shows that for all its tokens; elsewhere the model's own tokens are the next draft.
 */
async function greedyAnswers(encoded: EncodedTests, batchSize: number, run: Run) {
  const ids = encoded.ids.slice();
  const losses = new Float64Array(encoded.count);
  let asked = Array.from({ length: encoded.count }, (_, i) => i);
  for (let pass = 0; asked.length > 0; pass++) {
    const open: number[] = [];
    for (const batch of evaluationBatches(encoded, batchSize, asked, ids)) {
      const { predictions, losses: found } = await run(batch);
      batch.tests.forEach((test, row) => {
        const from = row * encoded.answerLength;
        if (pass === 0) losses[test] = meanLoss(encoded, test, found, from);
        if (!takeAnswer(encoded, test, ids, predictions, from)) open.push(test);
      });
    }
    asked = open;
  }
  return { ids, losses };
}

const answerSize = ({ answers, offsets }: EncodedTests, test: number) => offsets[test + 1] - answers[test];

function meanLoss(encoded: EncodedTests, test: number, losses: ArrayLike<number>, from: number): number {
  const size = answerSize(encoded, test);
  let sum = 0;
  for (let k = 0; k < size; k++) sum += losses[from + k];
  return sum / size;
}

/** Puts the predicted tokens in the draft's place; false where they followed a draft of other tokens. */
function takeAnswer(
  encoded: EncodedTests,
  test: number,
  ids: Int32Array,
  predictions: ArrayLike<number>,
  from: number,
): boolean {
  const size = answerSize(encoded, test);
  let followed = true;
  for (let k = 0; k < size; k++) {
    const at = encoded.answers[test] + k;
    if (k < size - 1 && ids[at] !== predictions[from + k]) followed = false;
    ids[at] = predictions[from + k];
  }
  return followed;
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
