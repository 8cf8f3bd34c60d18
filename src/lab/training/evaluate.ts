/** Asks a model every test question and scores the answers (paper, evaluation: greedy, exact match and F1). */
import type { Precision } from '#shared/engines.ts';
import type { MetricRecord, MetricTest } from '#shared/records.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { exactMatch, tokenF1 } from '../corpus/answers.ts';
import type { Batch } from '../corpus/batch.ts';
import type { TestQuestion } from '../corpus/document.ts';
import { evaluationBatches, evaluationShape, type EncodedTests } from '../corpus/evaluation-batches.ts';
import type { Tokenizer } from '../corpus/vocabulary.ts';
import type { EngineState } from '../engines/engine.ts';
import type { ResolvedModel } from '../models/resolve.ts';
import type { Steps } from './packed.ts';

export interface Evaluator {
  /** Input tokens that one evaluation reads, where every answer is right. */
  readonly tokens: number;
  /** Scores of every subset and test on the weights in `state`. */
  evaluate(state: EngineState): Promise<MetricRecord[]>;
  dispose(): void;
}

/**
 * The evaluation of a run's tests.
 * @param encoded the same tests as tokens
 * @param batchSize questions per batch
 * @param precision of matrix products, as in training
 */
export function createEvaluator(
  steps: Steps,
  model: ResolvedModel,
  tests: readonly TestQuestion[],
  encoded: EncodedTests,
  tokenizer: Tokenizer,
  batchSize: number,
  precision: Precision,
): Evaluator {
  const shape = evaluationShape(encoded, batchSize);
  const { rows, length, positions } = shape;
  const program = steps.program({
    ...{ model, optimizer: null, precision },
    shape: { batch: rows, length, targets: positions },
  });
  const score = createScorer();
  return {
    tokens: Math.ceil(tests.length / shape.rows) * shape.rows * shape.length,
    dispose: () => program.dispose(),
    async evaluate(state) {
      const answers = await greedyAnswers(encoded, batchSize, (batch) => program.run(state, batch));
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
