/** Causal multi-head self-attention, with rotary positions on a share of each head. */
import * as tf from '@tensorflow/tfjs-core';
import type { ResolvedModel } from './resolve.ts';

/** Base of the rotary wavelengths (RoFormer, arXiv 2104.09864, section 3.2.2). */
const ROTARY_BASE = 10_000;

/** Cosine and sine of each position's angles, each (length, rotary_dims), halves alike as in GPT-NeoX. */
function rotaryAngles(length: number, dims: number): { cos: tf.Tensor; sin: tf.Tensor } {
  const angle = (i: number) => {
    const pair = (i % dims) % (dims / 2);
    return Math.floor(i / dims) * ROTARY_BASE ** ((-2 * pair) / dims);
  };
  const angles = Array.from({ length: length * dims }, (_, i) => angle(i));
  const table = (values: number[]) => tf.tensor2d(Float32Array.from(values), [length, dims]);
  return { cos: table(angles.map(Math.cos)), sin: table(angles.map(Math.sin)) };
}

/** The second half negated, before the first half. */
function rotateHalf(x: tf.Tensor): tf.Tensor {
  const [first, second] = tf.split(x, 2, -1);
  return tf.concat([tf.neg(second), first], -1);
}

/**
 * Rotates the leading dimensions of each head by position (RoFormer, arXiv 2104.09864, equation 34, in
 * GPT-NeoX's half-split order).
 * @param x (..., T, d_head)
 * @param dims how many dimensions to rotate
 */
function rotate(x: tf.Tensor, dims: number): tf.Tensor {
  const [length, width] = x.shape.slice(-2);
  const { cos, sin } = rotaryAngles(length, dims);
  const turn = (part: tf.Tensor) => tf.add(tf.mul(part, cos), tf.mul(rotateHalf(part), sin));
  if (dims === width) return turn(x);
  const [rotated, rest] = tf.split(x, [dims, width - dims], -1);
  return tf.concat([turn(rotated), rest], -1);
}

/** 0 where a position may look, a very negative number where it may not: later positions. */
function causalMask(length: number): tf.Tensor {
  const values = Float32Array.from({ length: length * length }, (_, i) =>
    i % length > Math.floor(i / length) ? -1e9 : 0,
  );
  return tf.tensor2d(values, [length, length]);
}

/**
 * What each position reads from the positions up to its own, heads side by side.
 * @param qkv (B*T, 3*D), features in the order (3, heads, d_head)
 * @param batch B
 * @returns (B*T, D), before the output projection
 */
export function attend(model: ResolvedModel, qkv: tf.Tensor, batch: number): tf.Tensor {
  const { n_heads, d_head, d_model, rotary_dims } = model;
  const length = (qkv.shape[0] ?? 0) / batch;
  const heads = tf.transpose(tf.reshape(qkv, [batch, length, 3, n_heads, d_head]), [2, 0, 3, 1, 4]);
  const rows = tf.reshape(heads, [3, batch * n_heads, length, d_head]);
  const [qk, v] = tf.split(rows, [2, 1], 0); // (2, B*H, T, d_head), (1, B*H, T, d_head)
  const [q, k] = tf.split(rotary_dims > 0 ? rotate(qk, rotary_dims) : qk, 2, 0); // (1, B*H, T, d_head)
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(d_head)); // (1, B*H, T, T)
  const context = tf.matMul(tf.softmax(tf.add(scores, causalMask(length))), v); // (1, B*H, T, d_head)
  const joined = tf.transpose(tf.reshape(context, [batch, n_heads, length, d_head]), [0, 2, 1, 3]);
  return tf.reshape(joined, [batch * length, d_model]);
}
