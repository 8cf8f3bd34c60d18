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
 */
export function linear(weights: Weights, name: string, x: tf.Tensor): tf.Tensor {
  const plain = tf.matMul(x, weights[`${name}.weight`]);
  const [a, b] = [weights[`${name}.lora_a`], weights[`${name}.lora_b`]];
  const product = a && b ? tf.add(plain, tf.matMul(tf.matMul(x, a), b)) : plain;
  const bias = weights[`${name}.bias`];
  return bias ? tf.add(product, bias) : product;
}

/** The weight that {@link linear} multiplies with, low-rank matrices included; (in, out). */
export function weightOf(weights: Weights, name: string): tf.Tensor {
  const weight = weights[`${name}.weight`];
  const [a, b] = [weights[`${name}.lora_a`], weights[`${name}.lora_b`]];
  return a && b ? tf.add(weight, tf.matMul(a, b)) : weight;
}

/** LayerNorm of each row, (N, D); by the root mean square alone where there is no bias. */
export function normalized(weights: Weights, name: string, x: tf.Tensor, eps: number): tf.Tensor {
  const [weight, bias] = [weights[`${name}.weight`], weights[`${name}.bias`]];
  return bias ? layerNorm(x, weight, bias, eps) : rmsNorm(x, weight, eps);
}

/**
 * Two linear layers with an activation between them, (N, D) → (N, D).
 * @param gated `act(x W_gate) * (x W_in)` (Shazeer, arXiv 2002.05202) in place of `act(x W_in)`
 */
export function feedForward(
  weights: Weights,
  name: string,
  x: tf.Tensor,
  { activation, gated }: { activation: Activation; gated: boolean },
): tf.Tensor {
  const act = ACTIVATIONS[activation];
  const hidden = linear(weights, `${name}.in`, x); // (N, d_mlp)
  const active = gated ? tf.mul(act(linear(weights, `${name}.gate`, x)), hidden) : act(hidden);
  return linear(weights, `${name}.out`, active);
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
