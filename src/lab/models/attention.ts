/** Causal multi-head self-attention, with rotary positions on a share of each head. */
import * as tf from '@tensorflow/tfjs-core';
import { ROTARY_EMBEDDING } from '../engines/fused.ts';
import { runFused, withGradient } from './autodiff.ts';
import type { ResolvedModel } from './resolve.ts';

/** Base of the rotary wavelengths (RoFormer, arXiv 2104.09864, section 3.2.2). */
const ROTARY_BASE = 10_000;

/** Cosine and sine of each position's angles, (length, dims / 2) each. */
function rotaryAngles(length: number, dims: number): { cos: tf.Tensor2D; sin: tf.Tensor2D } {
  const pairs = dims / 2;
  const angle = (i: number) => Math.floor(i / pairs) * ROTARY_BASE ** (-(i % pairs) / pairs);
  const angles = Array.from({ length: length * pairs }, (_, i) => angle(i));
  const table = (values: number[]) => tf.tensor2d(Float32Array.from(values), [length, pairs]);
  return { cos: table(angles.map(Math.cos)), sin: table(angles.map(Math.sin)) };
}

/**
 * Rotates the leading dimensions of each head by position: pair (i, i + dims/2) by the angle of pair i
 * (RoFormer, arXiv 2104.09864, equation 34, in GPT-NeoX's half-split order).
 * @param x (N, H, T, d_head)
 * @param dims how many dimensions to rotate
 */
function rotate(x: tf.Tensor, dims: number): tf.Tensor {
  const { cos, sin } = rotaryAngles(x.shape[2] ?? 0, dims);
  return withGradient(
    [x],
    (x) => ({ value: rotateBy(x, cos, sin), saved: [cos, sin] }),
    (dy, [cos, sin]) => [rotateBy(dy, cos, tf.neg(sin))],
  );
}

/** {@link rotate} by given cosines and sines, (T, dims / 2); the gradient is the rotation back. */
function rotateBy(x: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor): tf.Tensor {
  const fused = runFused<tf.Tensor>(ROTARY_EMBEDDING, { x, cos, sin });
  if (fused) return fused;
  const [pairs, width] = [cos.shape[1] ?? 0, x.shape[3] ?? 0];
  const [first, second, rest] = tf.split(x, [pairs, pairs, width - 2 * pairs], -1);
  const turnedFirst = tf.sub(tf.mul(first, cos), tf.mul(second, sin));
  const turnedSecond = tf.add(tf.mul(second, cos), tf.mul(first, sin));
  return tf.concat([turnedFirst, turnedSecond, rest], -1);
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
  const rows = tf.reshape(heads, [3 * batch, n_heads, length, d_head]);
  const [qk, v] = tf.split(rows, [2 * batch, batch], 0); // (2*B, H, T, d_head), (B, H, T, d_head)
  const [q, k] = tf.split(rotary_dims > 0 ? rotate(qk, rotary_dims) : qk, 2, 0); // (B, H, T, d_head) each
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(d_head)); // (B, H, T, T)
  const context = tf.matMul(tf.softmax(tf.add(scores, causalMask(length))), v); // (B, H, T, d_head)
  const joined = tf.transpose(context, [0, 2, 1, 3]); // (B, T, H, d_head)
  return tf.reshape(joined, [batch * length, d_model]);
}
