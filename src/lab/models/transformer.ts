/**
 * A decoder-only transformer in the styles of GPT-2 and GPT-NeoX, written once against tfjs-core.
 * Activations are kept as rows, (N, D): every matrix product is then one plain product.
 */
import * as tf from '@tensorflow/tfjs-core';
import { attend, attendOnce } from './attention.ts';
import { linear, normalized } from './layers.ts';
import type { Weights } from './layout.ts';
import { gelu, geluTanh } from './ops.ts';
import type { TransformerSpec } from './transformer-spec.ts';
import { take, through, type Rows, type Sequences, type Targets } from './sequences.ts';

function norm(model: TransformerSpec, weights: Weights, name: string, x: tf.Tensor): tf.Tensor {
  return normalized(weights, name, x, model.layer_norm_eps);
}

function mlp(model: TransformerSpec, weights: Weights, name: string, x: tf.Tensor): tf.Tensor {
  const hidden = linear(weights, `${name}.mlp.in`, x); // (N, d_mlp)
  const active = model.activation === 'gelu' ? gelu(hidden) : geluTanh(hidden);
  return linear(weights, `${name}.mlp.out`, active); // (N, D)
}

/** Token vectors, plus position vectors where they are learned: (U, D). */
function embed(model: TransformerSpec, weights: Weights, { tokens, places }: Sequences): tf.Tensor {
  const vectors = tf.gather(weights['embedding.weight'], tokens);
  return model.learned_positions ? tf.add(vectors, tf.gather(weights['positions.weight'], places)) : vectors;
}

/** A block's place in the model: what its input rows are and which rows go on. */
interface Flow {
  texts: Sequences;
  /** (batch × length) the input row in each cell. */
  grid: Rows;
  /** The input rows that go on. */
  kept: Rows;
  /** A cell of each row that goes on. */
  cells: Rows;
  /** Only these go on, one from each text: the last block's targets. */
  single: Targets | null;
}

function flows(model: TransformerSpec, texts: Sequences, targets: Targets): Flow[] {
  return Array.from({ length: model.n_layers }, (_, i) => {
    const [first, last] = [i === 0, i === model.n_layers - 1];
    const rows = first ? texts.sources : null;
    return {
      texts,
      grid: through(rows, texts.grid),
      kept: last ? through(rows, targets.rows) : rows,
      cells: last ? targets.cells : texts.cells,
      single: last && targets.onePerText ? targets : null,
    };
  });
}

/** What the rows that go on read; x (N, D), normalised. */
function context(
  model: TransformerSpec,
  weights: Weights,
  name: string,
  x: tf.Tensor,
  flow: Flow,
): tf.Tensor {
  if (flow.single) return contextOnce(model, weights, name, x, flow);
  const qkv = linear(weights, name, x); // (N, 3*D)
  return take(attend(model, take(qkv, flow.grid), flow.texts.batch), flow.cells);
}

/** {@link context} where one row of each text goes on: the others need no query. */
function contextOnce(
  model: TransformerSpec,
  weights: Weights,
  name: string,
  x: tf.Tensor,
  { texts, grid, kept, cells }: Flow,
): tf.Tensor {
  const { d_model } = model;
  const parts = [d_model, 2 * d_model];
  const [wq, wkv] = tf.split(weights[`${name}.weight`], parts, 1);
  const [bq, bkv] = tf.split(weights[`${name}.bias`], parts, 0);
  const kv = take(tf.add(tf.matMul(x, wkv), bkv), grid); // (B*T, 2*D)
  const q = tf.add(tf.matMul(take(x, kept), wq), bq); // (B, D)
  const starts = Int32Array.from({ length: texts.batch }, (_, i) => i * texts.length);
  const places = tf.sub(cells as tf.Tensor1D, tf.tensor1d(starts, 'int32')) as tf.Tensor1D;
  return attendOnce(model, q, kv, places);
}

/**
 * One block. What follows attention works on each row alone, so only the rows that go on are computed.
 * @param x (N, D)
 * @returns (rows that go on, D)
 */
function block(model: TransformerSpec, weights: Weights, name: string, x: tf.Tensor, flow: Flow): tf.Tensor {
  const normal = norm(model, weights, `${name}.ln_attention`, x);
  const read = context(model, weights, `${name}.attention.qkv`, normal, flow);
  const attended = linear(weights, `${name}.attention.out`, read);
  const withMlp = (y: tf.Tensor) =>
    tf.add(y, mlp(model, weights, name, norm(model, weights, `${name}.ln_mlp`, y)));
  if (!model.parallel_residual) return withMlp(tf.add(take(x, flow.kept), attended));
  // The MLP reads the block's input: where that has fewer rows than go on, it is computed before they repeat.
  const repeats = flow.kept !== null && (x.shape[0] ?? 0) < flow.kept.shape[0];
  return tf.add(repeats ? take(withMlp(x), flow.kept) : withMlp(take(x, flow.kept)), attended);
}

/**
 * Next-token logits at the targets (Radford et al. 2019 for `gpt2`; Black et al., arXiv 2204.06745, section
 * 2.1, for `gpt-neox`). Padding on the right needs no mask: attention is causal, and padded positions are no
 * targets.
 * @returns (P, V)
 */
export function logitsAt(
  model: TransformerSpec,
  weights: Weights,
  texts: Sequences,
  targets: Targets,
): tf.Tensor {
  let x = embed(model, weights, texts); // (U, D)
  flows(model, texts, targets).forEach((flow, i) => {
    x = block(model, weights, `layers.${i}`, x, flow);
  });
  const final = norm(model, weights, 'ln_final', x); // (P, D)
  const head = weights[model.tied_head ? 'embedding.weight' : 'head.weight']; // (V, D)
  return tf.matMul(final, head, false, true);
}
