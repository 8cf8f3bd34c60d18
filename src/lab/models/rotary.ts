/** Rotary positions (RoFormer, arXiv 2104.09864). */
import * as tf from '@tensorflow/tfjs-core';
import { ROTARY_EMBEDDING } from '../engines/fused.ts';
import { runFused, withGradient } from './autodiff.ts';
import type { RotaryScaling, TransformerSpec } from './transformer-spec.ts';
import { variantOf } from './variant.ts';

/** Cosine and sine of the angles of pairs of dimensions. */
interface Angles {
  cos: tf.Tensor;
  sin: tf.Tensor;
}

type Llama3 = Extract<RotaryScaling, { type: 'llama3' }>;

/** Radians by which a pair turns from one position to the next (section 3.2.2). */
function frequency(pair: number, model: TransformerSpec): number {
  const { rotary_base, rotary_scaling } = variantOf(model);
  const plain = rotary_base ** ((-2 * pair) / model.rotary_dims);
  if (rotary_scaling === null) return plain;
  return rotary_scaling.type === 'linear' ? plain / rotary_scaling.factor : llama3(plain, rotary_scaling);
}

/** Long wavelengths are stretched, short ones are not, those between in part (Llama 3.1, as transformers has it). */
function llama3(plain: number, scaling: Llama3): number {
  const { factor, low_freq_factor: low, high_freq_factor: high } = scaling;
  const turns = (scaling.original_max_position_embeddings * plain) / (2 * Math.PI);
  const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
  return kept * plain + (1 - kept) * (plain / factor);
}

/** Of each position's pairs, (length, rotary_dims / 2) each. */
export function rotaryAngles(model: TransformerSpec, length: number): { cos: tf.Tensor2D; sin: tf.Tensor2D } {
  const pairs = model.rotary_dims / 2;
  const angle = (i: number) => Math.floor(i / pairs) * frequency(i % pairs, model);
  const angles = Array.from({ length: length * pairs }, (_, i) => angle(i));
  const table = (values: number[]) => tf.tensor2d(Float32Array.from(values), [length, pairs]);
  return { cos: table(angles.map(Math.cos)), sin: table(angles.map(Math.sin)) };
}

/**
 * Rotates the leading dimensions of each head by given angles: pair (i, i + dims/2) by the angle of pair i
 * (equation 34, in GPT-NeoX's half-split order).
 * @param x (N, H, T, d_head)
 * @param angles cos and sin, (T, dims / 2), or (N, 1, 1, dims / 2) for T = 1
 */
export function rotate(x: tf.Tensor, { cos, sin }: Angles): tf.Tensor {
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

/** Rotates one query per text by the angles of its place; q (B, H, 1, d_head), places (B). */
export function rotateQueries(
  model: TransformerSpec,
  q: tf.Tensor,
  places: tf.Tensor1D,
  length: number,
): tf.Tensor {
  const { cos, sin } = rotaryAngles(model, length);
  const at = (table: tf.Tensor) => tf.reshape(tf.gather(table, places), [-1, 1, 1, model.rotary_dims / 2]);
  return rotate(q, { cos: at(cos), sin: at(sin) });
}
