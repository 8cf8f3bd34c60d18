/** What an optimiser is: a pure update of the weights, block by block, and the state it keeps. */
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfig } from '#shared/config.ts';
import type { StateValues, Tensors } from '../engines/engine.ts';
import type { ParameterEntry, ParameterLayout } from '../models/layout.ts';

export interface Optimizer {
  /** What the state entries start from. */
  initialState: StateValues;
  /**
   * One step.
   * @param gradients one per layout entry, in its shape
   * @param scale () what to multiply the gradients with (clipping)
   * @param lr () learning rate
   * @param state holds `parameters` and the optimiser's entries, whole or in blocks
   * @returns all of these after the step, held alike
   */
  update(step: { gradients: tf.Tensor[]; scale: tf.Tensor; lr: tf.Tensor; state: Tensors }): Tensors;
}

/** All elements of a list of tensors in one vector. */
export function flatten(tensors: tf.Tensor[]): tf.Tensor1D {
  return tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1]) as tf.Tensor1D));
}

/** What the learning rate of a weight is multiplied with. */
export function rateMultiplier(config: OptimizerConfig, entry: ParameterEntry): number {
  return entry.name === 'embedding.weight' ? (config.embedding_lr_multiplier ?? 1) : 1;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/**
 * One number per weight, as a column that broadcasts over the flat vector seen as a matrix: rows are as
 * long as they can be without holding two weights, so that scaling costs no pass of its own.
 * @returns (R, 1), where R divides N; a scalar where all weights have the same number
 */
export function perWeight(layout: ParameterLayout, value: (entry: ParameterEntry) => number): tf.Tensor {
  const [first, ...others] = layout.map(value);
  if (others.every((other) => other === first)) return tf.scalar(first);
  const width = layout.map(({ size }) => size).reduce(greatestDivisor);
  const column = layout.flatMap((entry) => Array<number>(entry.size / width).fill(value(entry)));
  return tf.tensor2d(column, [column.length, 1]);
}

/**
 * The flat vector times a factor from {@link perWeight}.
 * @param x (N)
 * @param factor () or (R, 1)
 * @returns (N)
 */
export function scaleWeights(x: tf.Tensor, factor: tf.Tensor): tf.Tensor {
  if (factor.rank === 0) return tf.mul(x, factor);
  return tf.reshape(tf.mul(tf.reshape(x, [factor.shape[0], -1]), factor), [-1]);
}

/**
 * What decoupled weight decay multiplies the weights with: matrices shrink by their learning rate times the decay.
 * @param lr ()
 * @returns () or (R, 1), as from {@link perWeight}
 */
export function keptShares(config: OptimizerConfig, layout: ParameterLayout, lr: tf.Tensor): tf.Tensor {
  const decay = (entry: ParameterEntry) =>
    entry.decay ? config.weight_decay * rateMultiplier(config, entry) : 0;
  return tf.sub(1, tf.mul(perWeight(layout, decay), lr));
}

/**
 * The flat vector after decoupled weight decay.
 * @param parameters (N)
 * @param lr ()
 */
export function decayWeights(
  config: OptimizerConfig,
  layout: ParameterLayout,
  parameters: tf.Tensor,
  lr: tf.Tensor,
): tf.Tensor {
  if (config.weight_decay === 0) return parameters;
  return scaleWeights(parameters, keptShares(config, layout, lr));
}
