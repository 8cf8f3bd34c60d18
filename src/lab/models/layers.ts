/** Layers that models share: what they compute, and the weights that they have. */
import * as tf from '@tensorflow/tfjs-core';
import type { Initial, Weight, Weights } from './layout.ts';
import { layerNorm } from './ops.ts';

/** x W + b: (N, in) → (N, out). */
export function linear(weights: Weights, name: string, x: tf.Tensor): tf.Tensor {
  return tf.add(tf.matMul(x, weights[`${name}.weight`]), weights[`${name}.bias`]);
}

/** LayerNorm of each row, (N, D). */
export function normalized(weights: Weights, name: string, x: tf.Tensor, eps: number): tf.Tensor {
  return layerNorm(x, weights[`${name}.weight`], weights[`${name}.bias`], eps);
}

/** A weight whose outputs are its last axis, and a bias for each of these. */
export function affine(name: string, shape: number[], weight: Initial, bias: Initial = 'zeros'): Weight[] {
  return [
    { name: `${name}.weight`, shape, initial: weight },
    { name: `${name}.bias`, shape: shape.slice(-1), initial: bias },
  ];
}

/** Weights of {@link normalized}. */
export function normWeights(name: string, width: number): Weight[] {
  return affine(name, [width], 'ones');
}
