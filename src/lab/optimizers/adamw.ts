/** AdamW (Loshchilov & Hutter, arXiv 1711.05101, algorithm 2), with PyTorch's placement of eps. */
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfig } from '#shared/config.ts';
import { asEntries, heldBlocks, inBlocks } from '../engines/blocks/cut.ts';
import { floatSpec, type StateValues, type Tensors, type TensorSpec } from '../engines/engine.ts';
import { ADAMW_STEP } from '../engines/fused.ts';
import { runFused } from '../models/autodiff.ts';
import { vectorSpec, type ParameterLayout } from '../models/layout.ts';
import { flatten, keptShares, perWeight, rateMultiplier, scaleWeights, type Optimizer } from './optimizer.ts';

/**
 * State: `adam_m` and `adam_v`, the running moments over the flat vector, and `adam_correction`, (2), the
 * bias corrections 1 - beta^t. To save passes over the vector, `adam_m` is the first moment times the
 * constant sqrt(1 - beta2) / (1 - beta1): both moments then add up the same scaled gradient.
 */
function initialState(layout: ParameterLayout): StateValues {
  const zeros = (spec: TensorSpec) => ({ spec, data: new Float32Array(spec.shape[0]) });
  return {
    adam_m: zeros(vectorSpec(layout)),
    adam_v: zeros(vectorSpec(layout)),
    adam_correction: zeros(floatSpec(2)),
  };
}

/** 1 - beta^t for t + 1, by its recurrence: exact where a float32 power would cancel; (2). */
function nextCorrection(config: OptimizerConfig, correction: tf.Tensor): tf.Tensor {
  const betas = tf.tensor1d([config.beta1, config.beta2]);
  const rest = tf.tensor1d([1 - config.beta1, 1 - config.beta2]);
  return tf.add(tf.mul(correction, betas), rest);
}

/** Step size and eps as they apply to the uncorrected, rescaled moments; both (). */
function stepSizes(config: OptimizerConfig, correction: tf.Tensor, lr: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [first, second] = tf.split(correction, 2).map((part) => tf.reshape(part, []));
  const root = tf.sqrt(second);
  const rescale = (1 - config.beta1) / Math.sqrt(1 - config.beta2);
  return [tf.div(tf.mul(tf.mul(lr, rescale), root), first), tf.mul(root, config.eps)];
}

/** Entries with an element for each weight, in the order of what {@link step} returns. */
const VECTORS = ['parameters', 'adam_m', 'adam_v'] as const;

/** Operands of a step, as `ADAMW_STEP` (engines/fused.ts) has them. */
type Operands = Record<
  'parameters' | 'first' | 'second' | 'gradient' | 'scale' | 'eps' | 'rates' | 'kept',
  tf.Tensor
>;

/** Weights and both moments after a step, (N) each. */
function step({ beta1, beta2 }: OptimizerConfig, operands: Operands): tf.Tensor[] {
  const fused = runFused<tf.Tensor[]>(ADAMW_STEP, operands, { beta1, beta2 });
  if (fused) return fused;
  const { parameters, eps, rates, kept } = operands;
  const gradient = tf.mul(operands.gradient, operands.scale); // (N)
  const first = tf.add(tf.mul(operands.first, beta1), gradient);
  const second = tf.add(tf.mul(operands.second, beta2), tf.square(gradient));
  const direction = tf.div(first, tf.add(tf.sqrt(second), eps)); // (N)
  return [tf.sub(scaleWeights(parameters, kept), scaleWeights(direction, rates)), first, second];
}

/** What the learning rate is multiplied with, by weight. */
function multipliers(config: OptimizerConfig, entries: ParameterLayout): tf.Tensor {
  return perWeight(entries, (entry) => rateMultiplier(config, entry));
}

/** AdamW with decoupled weight decay on the matrices of the layout. */
export function adamW(config: OptimizerConfig, layout: ParameterLayout): Optimizer {
  return {
    initialState: initialState(layout),
    update({ gradients, scale, lr, state }) {
      const adam_correction = nextCorrection(config, state.adam_correction);
      const [stepSize, eps] = stepSizes(config, adam_correction, lr);
      const [parameters, first, second] = VECTORS.map((name) => heldBlocks(state, name));
      const slopes = inBlocks(gradients, parameters);
      const stepped = inBlocks(layout, parameters).map((entries, i) =>
        step(config, {
          ...{ parameters: parameters[i], first: first[i], second: second[i], eps },
          rates: tf.mul(multipliers(config, entries), stepSize),
          gradient: flatten(slopes[i]),
          scale: tf.mul(scale, Math.sqrt(1 - config.beta2)),
          kept: config.weight_decay === 0 ? tf.scalar(1) : keptShares(config, entries, lr),
        }),
      );
      const block = (vector: number) => stepped.map((tensors) => tensors[vector]);
      const next = VECTORS.map((name, vector) => asEntries(name, block(vector)));
      return Object.assign({}, ...next, { adam_correction }) as Tensors;
    },
  };
}
