/** AdamW (Loshchilov & Hutter, arXiv 1711.05101, algorithm 2), with PyTorch's placement of eps. */
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfig } from '#shared/config.ts';
import type { StateValues } from '../engines/engine.ts';
import { ADAMW_STEP } from '../engines/fused.ts';
import { runFused } from '../models/autodiff.ts';
import { parameterCount, type ParameterLayout } from '../models/layout.ts';
import { flatten, keptShares, perWeight, rateMultiplier, scaleWeights, type Optimizer } from './optimizer.ts';

/**
 * State: `adam_m` and `adam_v`, the running moments over the flat vector, and `adam_correction`, (2), the
 * bias corrections 1 - beta^t. To save passes over the vector, `adam_m` is the first moment times the
 * constant sqrt(1 - beta2) / (1 - beta1): both moments then add up the same scaled gradient.
 */
function initialState(size: number): StateValues {
  const zeros = (shape: number[], length: number) => ({
    spec: { shape, dtype: 'float32' as const },
    data: new Float32Array(length),
  });
  return {
    adam_m: zeros([size], size),
    adam_v: zeros([size], size),
    adam_correction: zeros([2], 2),
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

/** AdamW with decoupled weight decay on the matrices of the layout. */
export function adamW(config: OptimizerConfig, layout: ParameterLayout): Optimizer {
  return {
    initialState: initialState(parameterCount(layout)),
    update({ parameters, gradients, scale, lr, state }) {
      const adam_correction = nextCorrection(config, state.adam_correction);
      const [stepSize, eps] = stepSizes(config, adam_correction, lr);
      const rates = tf.mul(
        perWeight(layout, (entry) => rateMultiplier(config, entry)),
        stepSize,
      );
      const [next, adam_m, adam_v] = step(config, {
        parameters,
        first: state.adam_m,
        second: state.adam_v,
        gradient: flatten(gradients),
        scale: tf.mul(scale, Math.sqrt(1 - config.beta2)),
        eps,
        rates,
        kept: config.weight_decay === 0 ? tf.scalar(1) : keptShares(config, layout, lr),
      });
      return { parameters: next, state: { adam_m, adam_v, adam_correction } };
    },
  };
}
