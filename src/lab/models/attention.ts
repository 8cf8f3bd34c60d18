/** Causal multi-head self-attention, with rotary positions on a share of each head. */
import * as tf from '@tensorflow/tfjs-core';
import { ROTARY_EMBEDDING } from '../engines/fused.ts';
import { runFused, withGradient } from './autodiff.ts';
import type { TransformerSpec } from './transformer-spec.ts';

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
 * Rotates the leading dimensions of each head by given angles: pair (i, i + dims/2) by the angle of pair i
 * (RoFormer, arXiv 2104.09864, equation 34, in GPT-NeoX's half-split order).
 * @param x (N, H, T, d_head)
 * @param angles cos and sin, (T, dims / 2), or (N, 1, 1, dims / 2) for T = 1
 */
function rotate(x: tf.Tensor, { cos, sin }: { cos: tf.Tensor; sin: tf.Tensor }): tf.Tensor {
  return withGradient(
    [x],
    (x) => ({ value: rotateBy(x, cos, sin), saved: [cos, sin] }),
    (dy, [cos, sin]) => [rotateBy(dy, cos, tf.neg(sin))],
  );
}

/** {@link rotate} without its gradient, which is the rotation back. */
function rotateBy(x: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor): tf.Tensor {
  const fused = cos.rank === 2 ? runFused<tf.Tensor>(ROTARY_EMBEDDING, { x, cos, sin }) : null;
  if (fused) return fused;
  const [pairs, width] = [cos.shape.at(-1) ?? 0, x.shape[3] ?? 0];
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

/** Softmax of the scaled, masked products of queries and keys, applied to the values. */
function weighed(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(q.shape[3] ?? 1));
  return tf.matMul(tf.softmax(tf.add(scores, mask)), v);
}

/**
 * What each position reads from the positions up to its own, heads side by side.
 * @param qkv (B*T, 3*D), features in the order (3, heads, d_head)
 * @param batch B
 * @returns (B*T, D), before the output projection
 */
export function attend(model: TransformerSpec, qkv: tf.Tensor, batch: number): tf.Tensor {
  const { n_heads, d_head, d_model, rotary_dims } = model;
  const length = (qkv.shape[0] ?? 0) / batch;
  const heads = tf.transpose(tf.reshape(qkv, [batch, length, 3, n_heads, d_head]), [2, 0, 3, 1, 4]);
  const rows = tf.reshape(heads, [3 * batch, n_heads, length, d_head]);
  const [qk, v] = tf.split(rows, [2 * batch, batch], 0); // (2*B, H, T, d_head), (B, H, T, d_head)
  const turned = rotary_dims > 0 ? rotate(qk, rotaryAngles(length, rotary_dims)) : qk;
  const [q, k] = tf.split(turned, 2, 0); // (B, H, T, d_head) each
  const context = weighed(q, k, v, causalMask(length)); // (B, H, T, d_head)
  const joined = tf.transpose(context, [0, 2, 1, 3]); // (B, T, H, d_head)
  return tf.reshape(joined, [batch * length, d_model]);
}

/** Rotates one query per text by the angles of its place; q (B, H, 1, d_head), places (B). */
function rotateQueries(q: tf.Tensor, places: tf.Tensor1D, length: number, dims: number): tf.Tensor {
  const { cos, sin } = rotaryAngles(length, dims);
  const at = (table: tf.Tensor) => tf.reshape(tf.gather(table, places), [-1, 1, 1, dims / 2]);
  return rotate(q, { cos: at(cos), sin: at(sin) });
}

/** 0 up to each text's place, a very negative number after it; places (B) → (B, 1, 1, T). */
function maskAfter(places: tf.Tensor1D, length: number): tf.Tensor {
  const range = tf.tensor1d(Float32Array.from({ length }, (_, i) => i));
  const beyond = tf.sub(range, tf.reshape(tf.cast(places, 'float32'), [-1, 1, 1, 1]));
  return tf.mul(tf.minimum(tf.maximum(beyond, 0), 1), -1e9);
}

/**
 * {@link attend} for one position of each text.
 * @param q (B, D)
 * @param kv (B*T, 2*D), features in the order (2, heads, d_head)
 * @param places (B) int32, the position in each text
 * @returns (B, D)
 */
export function attendOnce(
  model: TransformerSpec,
  q: tf.Tensor,
  kv: tf.Tensor,
  places: tf.Tensor1D,
): tf.Tensor {
  const { n_heads, d_head, d_model, rotary_dims } = model;
  const batch = places.shape[0];
  const length = (kv.shape[0] ?? 0) / batch;
  const heads = tf.transpose(tf.reshape(kv, [batch, length, 2, n_heads, d_head]), [2, 0, 3, 1, 4]);
  const rows = tf.reshape(heads, [2 * batch, n_heads, length, d_head]);
  const [k, v] = tf.split(rows, 2, 0); // (B, H, T, d_head) each
  const query = tf.reshape(q, [batch, n_heads, 1, d_head]);
  if (rotary_dims === 0) return tf.reshape(weighed(query, k, v, maskAfter(places, length)), [batch, d_model]);
  const turned = rotate(k, rotaryAngles(length, rotary_dims));
  const asked = rotateQueries(query, places, length, rotary_dims);
  return tf.reshape(weighed(asked, turned, v, maskAfter(places, length)), [batch, d_model]);
}
