/** Causal multi-head self-attention, with rotary positions on a share of each head, keys and values in groups. */
import * as tf from '@tensorflow/tfjs-core';
import { rotaryAngles, rotate, rotateQueries } from './rotary.ts';
import type { Sequences } from './sequences.ts';
import type { TransformerSpec } from './transformer-spec.ts';
import { variantOf } from './variant.ts';

/** Added to the scores of positions that may not be seen. */
const UNSEEN = -1e9;

/** 0 where a position may look, a very negative number where it may not: later positions, those before a window. */
export function causalMask(length: number, window: number | null): tf.Tensor {
  const seen = (from: number, at: number) => at <= from && (window === null || at > from - window);
  const values = Float32Array.from({ length: length * length }, (_, i) =>
    seen(Math.floor(i / length), i % length) ? 0 : UNSEEN,
  );
  return tf.tensor2d(values, [length, length]);
}

/** 0 up to each text's place, a very negative number elsewhere; places (B) → (B, 1, 1, T). */
export function maskAround(places: tf.Tensor1D, length: number, window: number | null): tf.Tensor {
  const range = tf.tensor1d(Float32Array.from({ length }, (_, i) => i));
  const beyond = tf.sub(range, tf.reshape(tf.cast(places, 'float32'), [-1, 1, 1, 1]));
  const after = tf.mul(tf.minimum(tf.maximum(beyond, 0), 1), UNSEEN);
  if (window === null || window >= length) return after;
  const before = tf.minimum(tf.maximum(tf.sub(tf.neg(beyond), window - 1), 0), 1);
  return tf.add(after, tf.mul(before, UNSEEN));
}

/** A causal mask that also hides what lies after the end of each text: (B, 1, T, T), or (T, T) without ends. */
function maskOf(length: number, window: number | null, ends?: tf.Tensor1D): tf.Tensor {
  const causal = causalMask(length, window);
  return ends ? tf.add(causal, maskAround(ends, length, null)) : causal;
}

/** What is known of the positions of some texts: (B, H_kv, T, d_head) each, keys as they are compared (rotated). */
export interface KeysAndValues {
  keys: tf.Tensor;
  values: tf.Tensor;
}

/** Queries that share a key, one after the other: (B, H, T, d_head) → (B, H_kv, H/H_kv * T, d_head). */
function grouped(model: TransformerSpec, q: tf.Tensor): tf.Tensor {
  const [batch, heads, length, width] = q.shape as [number, number, number, number];
  const { n_kv_heads } = variantOf(model);
  if (heads === n_kv_heads) return q;
  return tf.reshape(q, [batch, n_kv_heads, (heads / n_kv_heads) * length, width]);
}

/** Scaled products of queries, grouped, with keys: (B, H_kv, …, S). */
function scoresOf(model: TransformerSpec, queries: tf.Tensor, keys: tf.Tensor): tf.Tensor {
  const products = tf.matMul(queries, keys, false, true);
  return variantOf(model).scaled_scores ? tf.mul(products, 1 / Math.sqrt(model.d_head)) : products;
}

/**
 * Softmax of the scaled, masked products of queries and keys, applied to the values. Queries that share a key lie
 * one after the other, so that a group is one product.
 * @param q (B, H, T, d_head)
 * @param k (B, H_kv, S, d_head), v likewise
 * @param mask (T, S), (B, 1, T, S) or (B, 1, 1, S)
 * @returns (B, H, T, d_head)
 */
function weighed(
  model: TransformerSpec,
  { q, k, v }: { q: tf.Tensor; k: tf.Tensor; v: tf.Tensor },
  mask: tf.Tensor,
): tf.Tensor {
  const group = model.n_heads / variantOf(model).n_kv_heads;
  const scores = scoresOf(model, grouped(model, q), k);
  const queries = mask.shape.at(-2) ?? 1;
  const tall =
    group === 1 || queries === 1 ? mask : tf.concat(Array<tf.Tensor>(group).fill(mask), mask.rank - 2);
  const context = tf.matMul(tf.softmax(tf.add(scores, tall)), v);
  return group === 1 ? context : tf.reshape(context, q.shape);
}

/** Features of positions: of each kind (queries, keys, values) for itself, or in one tensor side by side. */
export type Features = readonly tf.Tensor[];

/**
 * Features of positions as heads.
 * @param features (B*T, heads * d_head) each; kinds in one tensor have as many heads
 * @param kinds how many there are
 * @returns (B, heads, T, d_head) of each kind
 */
function headsOf(
  { d_head }: TransformerSpec,
  features: Features,
  { batch, kinds }: { batch: number; kinds: number },
): tf.Tensor[] {
  const length = (features[0].shape[0] ?? 0) / batch;
  if (features.length === kinds)
    return features.map((x) => tf.transpose(tf.reshape(x, [batch, length, -1, d_head]), [0, 2, 1, 3]));
  // Kinds lie one after the other in front: cutting them apart copies whole stretches.
  const cells = tf.reshape(features[0], [batch, length, kinds, -1, d_head]);
  const parts = tf.transpose(cells, [2, 0, 3, 1, 4]);
  return tf.split(tf.reshape(parts, [kinds * batch, -1, length, d_head]), kinds, 0);
}

/**
 * What each position reads from the positions up to its own, heads side by side.
 * @param qkv (B*T, heads * d_head): H heads of queries, H_kv of keys and of values, in this order
 * @param texts how many they are, B, and where they end where what comes after is not looked at
 * @param layer counted from 0
 * @param keep is given what the next tokens need to know of these
 * @returns (B*T, H * d_head), before the output projection
 */
export function attend(
  model: TransformerSpec,
  qkv: Features,
  { batch, ends }: Pick<Sequences, 'batch' | 'ends'>,
  layer: number,
  keep?: (known: KeysAndValues) => void,
): tf.Tensor {
  const { n_heads, d_head, rotary_dims } = model;
  const [queries, unturned, v] = headsOf(model, qkv, { batch, kinds: 3 });
  const length = queries.shape[2] ?? 0;
  const turn = (x: tf.Tensor) => (rotary_dims > 0 ? rotate(x, rotaryAngles(model, length)) : x);
  const [q, k] = [turn(queries), turn(unturned)];
  keep?.({ keys: k, values: v });
  const mask = maskOf(length, variantOf(model).windows?.[layer] ?? null, ends);
  const context = weighed(model, { q, k, v }, mask); // (B, H, T, d_head)
  const joined = tf.transpose(context, [0, 2, 1, 3]); // (B, T, H, d_head)
  return tf.reshape(joined, [batch * length, n_heads * d_head]);
}

/**
 * {@link attend} for one position of each text.
 * @param q (B, H * d_head)
 * @param kv (B*T, H_kv * d_head) of keys and of values
 * @param places (B) int32, the position in each text
 * @returns (B, H * d_head)
 */
export function attendOnce(
  model: TransformerSpec,
  { q, kv }: { q: tf.Tensor; kv: Features },
  places: tf.Tensor1D,
  layer: number,
): tf.Tensor {
  const { n_heads, d_head, rotary_dims } = model;
  const batch = places.shape[0];
  const [k, v] = headsOf(model, kv, { batch, kinds: 2 });
  const length = k.shape[2] ?? 0;
  const query = tf.reshape(q, [batch, n_heads, 1, d_head]);
  const mask = maskAround(places, length, variantOf(model).windows?.[layer] ?? null);
  const turned =
    rotary_dims > 0
      ? { q: rotateQueries(model, query, places, length), k: rotate(k, rotaryAngles(model, length)), v }
      : { q: query, k, v };
  return tf.reshape(weighed(model, turned, mask), [batch, n_heads * d_head]);
}

/**
 * {@link attend} for the next position of each text, all that lies before it being known.
 * @param qkv (B, heads * d_head), as {@link attend} has them
 * @param places (B) int32, the position in each text; what is known of it and of later ones does not count
 * @param known of S positions of each text
 * @returns `context` (B, H * d_head), and what is known of the position now, T = 1
 */
export function attendNext(
  model: TransformerSpec,
  qkv: Features,
  places: tf.Tensor1D,
  known: KeysAndValues,
  layer: number,
): { context: tf.Tensor; added: KeysAndValues } {
  const { n_heads, d_head, rotary_dims } = model;
  const [batch, length] = [places.shape[0], known.keys.shape[2] ?? 0];
  const [own, unturned, values] = headsOf(model, qkv, { batch, kinds: 3 });
  // One place more than what is known has: the last token of a full text may stand there.
  const turn = (x: tf.Tensor) => (rotary_dims > 0 ? rotateQueries(model, x, places, length + 1) : x);
  const [queries, keys] = [grouped(model, turn(own)), turn(unturned)];
  const window = variantOf(model).windows?.[layer] ?? null;
  const before = maskAround(tf.sub(places, 1), length, window === null ? null : window - 1);
  const scores = tf.concat(
    [tf.add(scoresOf(model, queries, known.keys), before), scoresOf(model, queries, keys)],
    3,
  );
  const [past, itself] = tf.split(tf.softmax(scores), [length, 1], 3);
  const context = tf.add(tf.matMul(past, known.values), tf.mul(itself, values));
  return { context: tf.reshape(context, [batch, n_heads * d_head]), added: { keys, values } };
}
