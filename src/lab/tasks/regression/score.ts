/** Mean squared error on the test circles, per subset. */
import { TOY_SUBSETS, type ToyData, type ToySubset } from './data.ts';
import type { ToyTestBatch } from './batches.ts';

interface ToyMetric {
  subset: ToySubset;
  test: 'questions';
  /**
   * Mean squared error of the dimension that a circle shows; null where it was not finite. The authors' code divides
   * by all dimensions: its number is this one over `d_y`.
   */
  mse: number | null;
  count: number;
}

export interface ToyScorer {
  /** @param predictions outputs of the network, `rows × outputs` */
  add(batch: ToyTestBatch, predictions: ArrayLike<number>): void;
  metrics(): ToyMetric[];
  /** What was predicted in the shown dimension, by test; NaN where it was not asked. */
  predictions: Float64Array;
}

/** A scorer for one evaluation of the tests. */
export function createScorer({ tests, sizes }: Pick<ToyData, 'tests' | 'sizes'>): ToyScorer {
  const sums = new Map(TOY_SUBSETS.map((subset) => [subset, { squares: 0, count: 0 }]));
  const predictions = new Float64Array(tests.length).fill(NaN);
  return {
    predictions,
    add(batch, outputs) {
      batch.tests.forEach((test, row) => {
        const { dim, subset } = tests[test];
        const at = row * sizes.outputs + dim!;
        predictions[test] = outputs[at];
        const sum = sums.get(subset)!;
        sum.squares += (outputs[at] - batch.targets[at]) ** 2;
        sum.count++;
      });
    },
    metrics: () =>
      [...sums].map(([subset, { squares, count }]) => {
        const mse = Number.isFinite(squares) ? squares / count : null;
        return { subset, test: 'questions', mse, count };
      }),
  };
}
