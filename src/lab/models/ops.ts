/**
 * Operations with gradients of their own, where they are cheaper than what autodiff derives. An engine may
 * offer a fused kernel for one; otherwise it is made of plain tfjs operations.
 */
import * as tf from '@tensorflow/tfjs-core';
import { LAYER_NORMALIZATION, SUBTRACT_ONE_HOT } from '../engines/fused.ts';
import { runFused, withGradient } from './autodiff.ts';

/** Mean and 1/std of each row. */
function moments(x: tf.Tensor, eps: number): [mean: tf.Tensor, invStd: tf.Tensor] {
  const mean = tf.mean(x, -1, true); // (N, 1)
  const variance = tf.mean(tf.square(tf.sub(x, mean)), -1, true); // (N, 1)
  return [mean, tf.rsqrt(tf.add(variance, eps))];
}

/** LayerNorm's value, mean and 1/std, by the engine's fused kernel where it has one. */
function normalize(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, eps: number): tf.Tensor[] {
  const fused = runFused<tf.Tensor[]>(LAYER_NORMALIZATION, { x, weight, bias }, { eps });
  if (fused) return fused;
  const [mean, invStd] = moments(x, eps);
  const normal = tf.mul(tf.sub(x, mean), invStd); // (N, D)
  return [tf.add(tf.mul(normal, weight), bias), mean, invStd];
}

/**
 * Layer normalisation over the last axis (Ba et al., arXiv 1607.06450, equation 3).
 * @param x (N, D)
 * @param weight (D)
 * @param bias (D)
 * @returns (N, D)
 */
export function layerNorm(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, eps: number): tf.Tensor {
  return withGradient(
    [x, weight, bias],
    (x, weight, bias) => {
      const [value, mean, invStd] = normalize(x, weight, bias, eps);
      return { value, saved: [x, weight, mean, invStd] };
    },
    (dy, [x, weight, mean, invStd]) => layerNormGradient(dy, x, weight, mean, invStd),
  );
}

/** Gradients of {@link layerNorm} with respect to input, weight and bias. */
function layerNormGradient(
  dy: tf.Tensor,
  x: tf.Tensor,
  weight: tf.Tensor,
  mean: tf.Tensor,
  invStd: tf.Tensor,
): tf.Tensor[] {
  const normal = tf.mul(tf.sub(x, mean), invStd); // (N, D)
  const dyNormal = tf.mul(dy, normal); // (N, D)
  const column = tf.div(tf.reshape(weight, [-1, 1]), weight.size); // (D, 1)
  const meanDy = tf.matMul(dy, column); // (N, 1), mean of weight * dy
  const meanDyNormal = tf.matMul(dyNormal, column); // (N, 1)
  const centred = tf.sub(tf.sub(tf.mul(dy, weight), meanDy), tf.mul(normal, meanDyNormal));
  return [tf.mul(centred, invStd), tf.sum(dyNormal, 0), tf.sum(dy, 0)];
}

/**
 * Root mean square normalisation over the last axis (Zhang & Sennrich, arXiv 1910.07467, equation 4).
 * @param x (N, D)
 * @param weight (D)
 * @returns (N, D)
 */
export function rmsNorm(x: tf.Tensor, weight: tf.Tensor, eps: number): tf.Tensor {
  return withGradient(
    [x, weight],
    (x, weight) => {
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), eps)); // (N, 1)
      const normal = tf.mul(x, inverse);
      return { value: tf.mul(normal, weight), saved: [normal, weight, inverse] };
    },
    (dy, [normal, weight, inverse]) => {
      const scaled = tf.mul(dy, weight); // (N, D)
      const along = tf.mean(tf.mul(scaled, normal), -1, true); // (N, 1)
      const dx = tf.mul(tf.sub(scaled, tf.mul(normal, along)), inverse);
      return [dx, tf.sum(tf.mul(dy, normal), 0)];
    },
  );
}

/**
 * x σ(x), `silu` (Hendrycks & Gimpel, arXiv 1606.08415, section 4).
 * @param x any shape
 */
export function silu(x: tf.Tensor): tf.Tensor {
  return withGradient(
    [x],
    (x) => {
      const gate = tf.sigmoid(x);
      const value = tf.mul(x, gate);
      return { value, saved: [gate, value] };
    },
    // (x σ)' = σ + x σ (1 - σ)
    (dy, [gate, value]) => [tf.mul(dy, tf.add(gate, tf.mul(value, tf.sub(1, gate))))],
  );
}

/**
 * Exact GELU: x Φ(x) (Hendrycks & Gimpel, arXiv 1606.08415, section 2).
 * @param x any shape
 */
export function gelu(x: tf.Tensor): tf.Tensor {
  return withGradient(
    [x],
    (x) => {
      const cdf = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
      return { value: tf.mul(x, cdf), saved: [x, cdf] };
    },
    (dy, [x, cdf]) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return [tf.mul(dy, tf.add(cdf, tf.mul(x, density)))];
    },
  );
}

const TANH_SCALE = Math.sqrt(2 / Math.PI);
const TANH_CUBIC = 0.044715;

/**
 * GELU by tanh, `gelu_new` in Hugging Face (Hendrycks & Gimpel, arXiv 1606.08415, section 2), written as
 * x σ(x s) with s = 2 (a + b x²), as (1 + tanh u) / 2 = σ(2u): fewer passes over x.
 * @param x any shape
 */
export function geluTanh(x: tf.Tensor): tf.Tensor {
  return withGradient(
    [x],
    (x) => {
      const s = tf.add(tf.mul(tf.square(x), 2 * TANH_SCALE * TANH_CUBIC), 2 * TANH_SCALE);
      const cdf = tf.sigmoid(tf.mul(x, s));
      const value = tf.mul(x, cdf);
      return { value, saved: [s, cdf, value] };
    },
    (dy, [s, cdf, value]) => {
      // (x σ)' = σ + x σ (1 - σ) (x s)', and (x s)' = 2a + 6b x² = 3s - 4a.
      const slope = tf.sub(tf.mul(s, 3), 4 * TANH_SCALE);
      return [tf.mul(dy, tf.add(cdf, tf.mul(tf.mul(value, tf.sub(1, cdf)), slope)))];
    },
  );
}

/** Log of the sum of exponentials of each row, given its softmax. */
function logSumExp(logits: tf.Tensor, probabilities: tf.Tensor): tf.Tensor {
  return tf.sub(tf.max(logits, 1), tf.log(tf.max(probabilities, 1)));
}

/** The element of each row at its label, (P). @param x (P, V) @param labels (P) int32 */
export function pick(x: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const [rows, columns] = x.shape;
  const starts = tf.tensor1d(
    Int32Array.from({ length: rows }, (_, i) => i * columns),
    'int32',
  );
  return tf.gather(tf.reshape(x, [-1]), tf.add(starts, labels) as tf.Tensor1D);
}

/** Negative log-likelihoods (P) and the softmax (P, V) they come from. */
function likelihoods(logits: tf.Tensor, labels: tf.Tensor): { losses: tf.Tensor; probabilities: tf.Tensor } {
  const probabilities = tf.softmax(logits); // (P, V)
  return { losses: tf.sub(logSumExp(logits, probabilities), pick(logits, labels)), probabilities };
}

/**
 * Negative log-likelihood of each label.
 * @param logits (P, V)
 * @param labels (P) int32
 * @returns (P)
 */
export function crossEntropies(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  return likelihoods(logits, labels).losses;
}

/**
 * Weighted mean of the negative log-likelihood; positions of weight 0 do not count.
 * @param logits (P, V)
 * @param labels (P) int32
 * @param weights (P) float32, not all 0
 * @returns ()
 */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  const shares = tf.div(weights, tf.sum(weights)); // (P)
  return withGradient(
    [logits],
    (logits) => {
      const { losses, probabilities } = likelihoods(logits, labels);
      return { value: tf.sum(tf.mul(losses, shares)), saved: [probabilities, shares] };
    },
    (dy, [probabilities, shares]) => [crossEntropyGradient(dy, probabilities, labels, shares)],
  );
}

/** Losses (P) as {@link crossEntropies}, and the gradient of each with respect to its logits (P, V). */
export function lossesAndErrors(
  logits: tf.Tensor,
  labels: tf.Tensor,
): { losses: tf.Tensor; errors: tf.Tensor } {
  const { losses, probabilities } = likelihoods(logits, labels);
  return { losses, errors: subtractOneHot(probabilities, labels) };
}

/** x (P, V) less one at each row's label. */
function subtractOneHot(x: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  const fused = runFused<tf.Tensor>(SUBTRACT_ONE_HOT, { x, labels });
  return fused ?? tf.sub(x, tf.oneHot(labels as tf.Tensor1D, x.shape[1] ?? 0, 1, 0, 'float32'));
}

/** (softmax - one-hot label) of each row, times the row's share of the loss. */
function crossEntropyGradient(
  dy: tf.Tensor,
  probabilities: tf.Tensor,
  labels: tf.Tensor,
  shares: tf.Tensor,
): tf.Tensor {
  const scale = tf.reshape(tf.mul(shares, dy), [-1, 1]); // (P, 1)
  return tf.mul(subtractOneHot(probabilities, labels), scale);
}

/**
 * Weighted mean of the squared error over elements; those of weight 0 do not count.
 * @param predicted any shape
 * @param targets same shape
 * @param weights same shape, not all 0
 * @returns ()
 */
export function meanSquaredError(predicted: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  const shares = tf.div(weights, tf.sum(weights));
  return withGradient(
    [predicted],
    (predicted) => {
      const error = tf.sub(predicted, targets);
      const weighted = tf.mul(error, shares);
      return { value: tf.sum(tf.mul(weighted, error)), saved: [weighted] };
    },
    (dy, [weighted]) => [tf.mul(weighted, tf.mul(dy, 2))],
  );
}
