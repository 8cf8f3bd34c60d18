/** Batches of points of fixed shape. */
import { batchRows, epochTurns, type EpochOptions } from '../epoch-order.ts';
import type { EncodedPoints, ToyData, ToyStage } from './data.ts';

export interface ToyBatch {
  /** `rows × inputs`. */
  inputs: Float32Array;
  /** `rows × outputs`. */
  targets: Float32Array;
  /** 1 where an output counts. */
  weights: Float32Array;
}

export interface ToyTestBatch extends ToyBatch {
  /** The test in each row; further rows are padding. */
  tests: number[];
}

/**
 * The batches of one epoch; the last is filled with rows of weight 0. All outputs count: those that a circle does not
 * show are trained to 0, as in the authors' code.
 */
export function* epochBatches(data: ToyData, stage: ToyStage, options: EpochOptions): Generator<ToyBatch> {
  const rows = batchRows(stage.examples, options);
  for (const turns of epochTurns(stage.examples, options)) {
    const examples = turns.map(({ example }) => example);
    yield batchOf(data, stage.encoded, { of: examples, rows }, () => null);
  }
}

/** Rows of every evaluation batch; few tests get fewer than `batchSize`. */
export function testRows({ tests }: ToyData, batchSize: number): number {
  return Math.max(1, Math.min(batchSize, tests.length));
}

/** Every test; only the dimension that a circle shows counts. */
export function* testBatches(data: ToyData, batchSize: number): Generator<ToyTestBatch> {
  const rows = testRows(data, batchSize);
  for (let start = 0; start < data.tests.length; start += rows) {
    const tests = data.tests.slice(start, start + rows).map((_, row) => start + row);
    const batch = batchOf(data, data.encodedTests, { of: tests, rows }, (test) => data.tests[test].dim);
    yield { ...batch, tests };
  }
}

/** One circle or shape as training reads it. @param encoded the points that it is one of */
export function pointBatch(data: ToyData, encoded: EncodedPoints, point: number): ToyBatch {
  return batchOf(data, encoded, { of: [point], rows: 1 }, () => null);
}

/**
 * @param of which of the points, row by row
 * @param counted the one output of a point that counts; null for all
 */
function batchOf(
  { sizes: { inputs: nInputs, outputs: nOutputs } }: ToyData,
  encoded: EncodedPoints,
  { of, rows }: { of: readonly number[]; rows: number },
  counted: (point: number) => number | null,
): ToyBatch {
  const inputs = new Float32Array(rows * nInputs);
  const targets = new Float32Array(rows * nOutputs);
  const weights = new Float32Array(rows * nOutputs);
  of.forEach((point, row) => {
    inputs.set(encoded.inputs.subarray(point * nInputs, (point + 1) * nInputs), row * nInputs);
    targets.set(encoded.targets.subarray(point * nOutputs, (point + 1) * nOutputs), row * nOutputs);
    const only = counted(point);
    if (only === null) weights.fill(1, row * nOutputs, (row + 1) * nOutputs);
    else weights[row * nOutputs + only] = 1;
  });
  return { inputs, targets, weights };
}
