/** What a model reads: texts as rows of tokens, each row at one or more places of one or more texts. */
import * as tf from '@tensorflow/tfjs-core';

/** Indices of rows; null where they are the rows in their order. */
export type Rows = tf.Tensor1D | null;

/** What an encoder reads beside the texts: an input for each of them. */
export interface InputTexts {
  batch: number;
  /** S: tokens of the longest. */
  length: number;
  /** (B*S) */
  tokens: tf.Tensor1D;
  /** (B) place of the last token of each; what comes after is padding. */
  ends: tf.Tensor1D;
}

/**
 * Texts for a model. A plain batch has a row for each of its cells (batch × length); a packed one
 * (corpus/packing.ts) has fewer, and says which row lies where.
 */
export interface Sequences {
  batch: number;
  length: number;
  /** (U) tokens to look up. */
  tokens: tf.Tensor1D;
  /** (U) place of each in its text, for learned positions. */
  places: tf.Tensor1D;
  /** (R) into `tokens`. */
  sources: Rows;
  /** (batch × length) the row in each cell. */
  grid: Rows;
  /** (R) a cell that holds the row. */
  cells: Rows;
  /** (B) place of the last token of each text that others look at; null where all are looked at. */
  ends?: tf.Tensor1D;
  /** For a model that has an encoder. */
  input?: InputTexts;
}

/** Where predictions are asked for. */
export interface Targets {
  /** (P) rows. */
  rows: tf.Tensor1D;
  /** (P) cells of the grid. */
  cells: tf.Tensor1D;
  /** Target i is on text i, and there are as many targets as texts. */
  onePerText: boolean;
}

/** A plain batch: every cell a row. @param tokens (B, T) int32 */
export function plainSequences(tokens: tf.Tensor2D): Sequences {
  const [batch, length] = tokens.shape;
  const places = Int32Array.from({ length: batch * length }, (_, cell) => cell % length);
  return {
    batch,
    length,
    tokens: tf.reshape(tokens, [-1]),
    places: tf.tensor1d(places, 'int32'),
    sources: null,
    grid: null,
    cells: null,
  };
}

/** Targets on a plain batch. @param positions (P) int32, indices into the flattened B*T */
export function plainTargets(positions: tf.Tensor1D): Targets {
  return { rows: positions, cells: positions, onePerText: false };
}

/** The named rows of x; (N, D) → (rows, D). */
export function take(x: tf.Tensor, rows: Rows): tf.Tensor {
  return rows ? tf.gather(x, rows) : x;
}

/** Rows of rows: what {@link take} by `inner`, then by `outer`, takes. */
export function through(inner: Rows, outer: Rows): Rows {
  if (!inner || !outer) return inner ?? outer;
  return tf.gather(inner, outer);
}
