/** Clipping by the global norm of the gradients. */
import * as tf from '@tensorflow/tfjs-core';

/** Euclidean norm over all elements of all gradients; (). */
export function globalNorm(gradients: tf.Tensor[]): tf.Tensor {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  return tf.sqrt(squares.reduce((a, b) => tf.add(a, b)));
}

/**
 * The factor that brings gradients of this norm down to a limit: min(1, limit / (norm + 1e-6)), as
 * PyTorch's `clip_grad_norm_` has it.
 * @param norm ()
 * @param limit null for no clipping
 */
export function clipScale(norm: tf.Tensor, limit: number | null): tf.Tensor {
  if (limit === null) return tf.scalar(1);
  return tf.minimum(tf.div(limit, tf.add(norm, 1e-6)), 1);
}
