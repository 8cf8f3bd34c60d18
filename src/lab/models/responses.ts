/** Global response normalisation with the linear layer that follows it in a ConvNeXt V2 block. */
import * as tf from '@tensorflow/tfjs-core';
import { withGradient } from './autodiff.ts';

/** Added to the mean norm (Woo et al., arXiv 2301.00808, algorithm 1). */
const EPS = 1e-6;
/** Norms are not divided by less: a channel that is zero everywhere has no direction, and no gradient. */
const SMALLEST_NORM = 1e-20;

export interface ResponseWeights {
  /** (M) */
  gamma: tf.Tensor;
  /** (M) */
  beta: tf.Tensor;
  /** (M, D) */
  weight: tf.Tensor;
  /** (D) */
  bias: tf.Tensor;
}

/** What each image's channels are multiplied with, and what it is made of. */
interface Responses {
  /** (B, M) of each channel over an image's places. */
  norms: tf.Tensor;
  /** (B, 1) 1 / (mean norm + eps). */
  inverse: tf.Tensor;
  /** (B, M) 1 + gamma * norms * inverse. */
  scale: tf.Tensor;
}

function responsesOf(x: tf.Tensor, gamma: tf.Tensor): Responses {
  const norms = tf.sqrt(tf.sum(tf.square(x), 1)); // (B, M)
  const inverse = tf.div(1, tf.add(tf.mean(norms, 1, true), EPS)); // (B, 1)
  return { norms, inverse, scale: tf.add(tf.mul(gamma, tf.mul(norms, inverse)), 1) };
}

/** From the gradient of the scale to those of gamma (M) and of the squares' sum, as a factor of x (B, M). */
function scaleGradients(dScale: tf.Tensor, gamma: tf.Tensor, { norms, inverse }: Responses) {
  const dGamma = tf.sum(tf.mul(dScale, tf.mul(norms, inverse)), 0); // (M)
  const dRatio = tf.mul(dScale, gamma); // (B, M)
  const shared = tf.mul(tf.mean(tf.mul(dRatio, norms), 1, true), tf.square(inverse)); // (B, 1)
  const dNorms = tf.sub(tf.mul(dRatio, inverse), shared); // (B, M)
  return { dGamma, factor: tf.div(dNorms, tf.maximum(norms, SMALLEST_NORM)) };
}

/** (B, M) → (B, 1, M), for every place of an image. */
const overPlaces = (x: tf.Tensor) => tf.reshape(x, [x.shape[0], 1, -1]);
/** (B, M) → (B, M, 1), for every output of a weight. */
const overOutputs = (x: tf.Tensor) => tf.reshape(x, [x.shape[0], -1, 1]);

/** (B, P, M) as rows, (B*P, M). */
const rowsOf = (x: tf.Tensor) => tf.reshape(x, [-1, x.shape[2] ?? 1]);

/** How a scale meets the product with a weight: the value, and gradients of x (part), scale and weight. */
interface ScaledProduct {
  value(): tf.Tensor;
  gradients(dy: tf.Tensor): { dx: tf.Tensor; dScale: tf.Tensor; dWeight: tf.Tensor };
}

/** Scales the weight for each image: fewer elements than its places hold where there are more places than outputs. */
function byWeights(x: tf.Tensor, scale: tf.Tensor, weight: tf.Tensor): ScaledProduct {
  const scaled = tf.mul(weight, overOutputs(scale)); // (B, M, D)
  return {
    value: () => tf.matMul(x, scaled),
    gradients(dy) {
      const dScaled = tf.matMul(x, dy, true); // (B, M, D)
      return {
        dx: tf.matMul(dy, scaled, false, true),
        dScale: tf.sum(tf.mul(dScaled, weight), 2),
        dWeight: tf.sum(tf.mul(dScaled, overOutputs(scale)), 0),
      };
    },
  };
}

/** Scales the places of each image. */
function byPlaces(x: tf.Tensor, scale: tf.Tensor, weight: tf.Tensor): ScaledProduct {
  const scaled = tf.mul(x, overPlaces(scale)); // (B, P, M)
  return {
    value: () => tf.reshape(tf.matMul(rowsOf(scaled), weight), [x.shape[0], x.shape[1] ?? 1, -1]),
    gradients(dy) {
      const dScaled = tf.reshape(tf.matMul(rowsOf(dy), weight, false, true), x.shape);
      return {
        dx: tf.mul(dScaled, overPlaces(scale)),
        dScale: tf.sum(tf.mul(dScaled, x), 1),
        dWeight: tf.matMul(rowsOf(scaled), rowsOf(dy), true),
      };
    },
  };
}

function scaledProduct(x: tf.Tensor, scale: tf.Tensor, weight: tf.Tensor): ScaledProduct {
  const places = x.shape[1] ?? 1;
  const outputs = weight.shape[1] ?? 1;
  return places > outputs ? byWeights(x, scale, weight) : byPlaces(x, scale, weight);
}

/**
 * Global response normalisation (Woo et al., arXiv 2301.00808, algorithm 1), then a linear layer. The norms scale
 * each channel of an image, and beta adds the same to every row: both can be applied to the linear layer rather than
 * to the wide activations between.
 * @param x (B, P, M): images, places, channels
 * @returns (B, P, D)
 */
export function responseLinear(x: tf.Tensor, { gamma, beta, weight, bias }: ResponseWeights): tf.Tensor {
  const column = (v: tf.Tensor) => tf.reshape(v, [-1, 1]);
  return withGradient(
    [x, gamma, beta, weight, bias],
    (x, gamma, beta, weight, bias) => {
      const { norms, inverse, scale } = responsesOf(x, gamma);
      const offset = tf.add(tf.reshape(tf.matMul(column(beta), weight, true), [-1]), bias); // (D)
      const value = tf.add(scaledProduct(x, scale, weight).value(), offset);
      return { value, saved: [x, gamma, beta, weight, norms, inverse, scale] };
    },
    (dy, [x, gamma, beta, weight, norms, inverse, scale]) => {
      const { dx, dScale, dWeight } = scaledProduct(x, scale, weight).gradients(dy);
      const { dGamma, factor } = scaleGradients(dScale, gamma, { norms, inverse, scale });
      const dBias = tf.sum(rowsOf(dy), 0); // (D)
      return [
        tf.add(dx, tf.mul(x, overPlaces(factor))),
        dGamma,
        tf.reshape(tf.matMul(weight, column(dBias)), [-1]),
        tf.add(dWeight, tf.mul(column(beta), dBias)),
        dBias,
      ];
    },
  );
}
