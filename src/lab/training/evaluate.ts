/** Asks a model every test question and scores the answers (paper, evaluation: exact match). */
import type { MetricRecord, MetricTest } from '#shared/records.ts';
import type { TestSubset } from '#shared/subsets.ts';
import { exactMatch } from '../corpus/answers.ts';
import type { TestQuestion } from '../corpus/document.ts';
import { evaluationBatches, evaluationShape, type EncodedTests } from '../corpus/evaluation-batches.ts';
import type { Tokenizer } from '../corpus/vocabulary.ts';
import type { Engine, EngineState } from '../engines/engine.ts';
import type { ResolvedModel } from '../models/resolve.ts';
import { packedProgram } from './packed.ts';
import { evaluationProgram } from './programs.ts';

export interface Evaluator {
  /** Input tokens that one evaluation reads. */
  readonly tokens: number;
  /** Scores of every subset and test on the weights in `state`. */
  evaluate(state: EngineState): Promise<MetricRecord[]>;
  dispose(): void;
}

/**
 * The evaluation of a run's tests.
 * @param encoded the same tests as tokens
 * @param batchSize questions per batch
 */
export function createEvaluator(
  engine: Engine,
  model: ResolvedModel,
  tests: readonly TestQuestion[],
  encoded: EncodedTests,
  tokenizer: Tokenizer,
  batchSize: number,
): Evaluator {
  const shape = evaluationShape(encoded, batchSize);
  const { rows, length, positions } = shape;
  const program = packedProgram(engine, model, { batch: rows, length, targets: positions }, (shape) =>
    evaluationProgram(model, shape),
  );
  return {
    tokens: Math.ceil(tests.length / shape.rows) * shape.rows * shape.length,
    dispose: () => program.dispose(),
    async evaluate(state) {
      const tally = createTally();
      for (const batch of evaluationBatches(encoded, batchSize)) {
        const { predictions, losses } = await program.run(state, batch);
        for (let row = 0; row < batch.count; row++) {
          const test = tests[batch.first + row];
          tally.add(test, exactMatch(tokenizer.decode(predictions[row]), test.golds), losses[row]);
        }
      }
      return tally.metrics();
    },
  };
}

interface Score {
  subset: TestSubset;
  test: MetricTest;
  right: number;
  loss: number;
  count: number;
}

function createTally() {
  const scores = new Map<string, Score>();
  return {
    add({ subset, test }: TestQuestion, right: boolean, loss: number) {
      const key = `${subset} ${test}`;
      const score = scores.get(key) ?? { subset, test, right: 0, loss: 0, count: 0 };
      scores.set(key, {
        ...score,
        right: score.right + Number(right),
        loss: score.loss + loss,
        count: score.count + 1,
      });
    },
    metrics: (): MetricRecord[] =>
      [...scores.values()].map(({ subset, test, right, loss, count }) => ({
        subset,
        test,
        exact_match: right / count,
        loss: Number.isFinite(loss) ? loss / count : null,
        count,
      })),
  };
}
