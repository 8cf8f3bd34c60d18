/** Layers that models share: what they compute, and the weights that they have. */
import * as tf from '@tensorflow/tfjs-core';
import type { Initial, Weight, Weights } from './layout.ts';
import { gelu, geluTanh, layerNorm, rmsNorm, silu } from './ops.ts';

const ACTIVATIONS = { gelu, gelu_new: geluTanh, silu, relu: (x: tf.Tensor) => tf.relu(x) };

/** `gelu` is exact (erf), `gelu_new` its tanh approximation, `silu` x σ(x). */
export type Activation = keyof typeof ACTIVATIONS;

/**
 * x W + b, without b where there is none: (N, in) → (N, out). Where there are low-rank matrices beside W, x A B is
 * added (Hu et al., arXiv 2106.09685, equation 3; their scale lies in B).
 * @param rowPerOutput the weight is W transposed, (out, in): what lies side by side in memory is then added up
 */
export function linear(weights: Weights, name: string, x: tf.Tensor, rowPerOutput = false): tf.Tensor {
  const plain = tf.matMul(x, weights[`${name}.weight`], false, rowPerOutput);
  const [a, b] = [weights[`${name}.lora_a`], weights[`${name}.lora_b`]];
  const product = a && b ? tf.add(plain, tf.matMul(tf.matMul(x, a), b)) : plain;
  const bias = weights[`${name}.bias`];
  return bias ? tf.add(product, bias) : product;
}

/** The weight that {@link linear} multiplies with, low-rank matrices included; (in, out), or (out, in). */
export function weightOf(weights: Weights, name: string, rowPerOutput = false): tf.Tensor {
  const weight = weights[`${name}.weight`];
  const [a, b] = [weights[`${name}.lora_a`], weights[`${name}.lora_b`]];
  if (!a || !b) return weight;
  return tf.add(weight, rowPerOutput ? tf.matMul(b, a, true, true) : tf.matMul(a, b));
}

/** LayerNorm of each row, (N, D); by the root mean square alone where there is no bias. */
export function normalized(weights: Weights, name: string, x: tf.Tensor, eps: number): tf.Tensor {
  const [weight, bias] = [weights[`${name}.weight`], weights[`${name}.bias`]];
  return bias ? layerNorm(x, weight, bias, eps) : rmsNorm(x, weight, eps);
}

/**
 * Two linear layers with an activation between them, (N, D) → (N, D).
 * @param how.gated `act(x W_gate) * (x W_in)` (Shazeer, arXiv 2002.05202) in place of `act(x W_in)`
 * @param how.rowPerOutput as {@link linear} has it
 */
export function feedForward(
  weights: Weights,
  name: string,
  x: tf.Tensor,
  how: { activation: Activation; gated: boolean; rowPerOutput?: boolean },
): tf.Tensor {
  const act = ACTIVATIONS[how.activation];
  const layer = (part: string, x: tf.Tensor) => linear(weights, `${name}.${part}`, x, how.rowPerOutput);
  const hidden = layer('in', x); // (N, d_mlp)
  return layer('out', how.gated ? tf.mul(act(layer('gate', x)), hidden) : act(hidden));
}

/** A weight whose outputs are its last axis, and a bias for each of these. */
export function affine(name: string, shape: number[], weight: Initial, bias: Initial = 'zeros'): Weight[] {
  return [
    { name: `${name}.weight`, shape, initial: weight },
    { name: `${name}.bias`, shape: shape.slice(-1), initial: bias },
  ];
}

/** A weight whose outputs are its last axis, without a bias. */
export function matrix(name: string, shape: number[], initial: Initial): Weight {
  return { name: `${name}.weight`, shape, initial };
}

/** Weights of {@link normalized}. */
export function normWeights(name: string, width: number, norm: 'layer' | 'rms' = 'layer'): Weight[] {
  return norm === 'rms' ? [matrix(name, [width], 'ones')] : affine(name, [width], 'ones');
}
