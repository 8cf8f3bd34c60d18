/**
 * A decoder-only transformer in any of the styles (`variant.ts`), written once against tfjs-core.
 * Activations are kept as rows, (N, D): every matrix product is then one plain product.
 */
import * as tf from '@tensorflow/tfjs-core';
import { attend, attendNext, attendOnce, type Features, type KeysAndValues } from './attention.ts';
import { logitsOf, type Head } from './head.ts';
import { feedForward, linear, normalized, weightOf } from './layers.ts';
import type { Weights } from './layout.ts';
import type { TransformerSpec } from './transformer-spec.ts';
import { take, through, type Rows, type Sequences, type Targets } from './sequences.ts';
import { attentionWidths, rowPerOutput, variantOf } from './variant.ts';
import { residualAfter, residualBefore, type Watch } from './watch.ts';

function norm(model: TransformerSpec, weights: Weights, name: string, x: tf.Tensor): tf.Tensor {
  return normalized(weights, name, x, model.layer_norm_eps);
}

function mlp(model: TransformerSpec, weights: Weights, name: string, x: tf.Tensor): tf.Tensor {
  const { gated } = variantOf(model);
  const { activation } = model;
  return feedForward(weights, `${name}.mlp`, x, { activation, gated, rowPerOutput: rowPerOutput(model) });
}

/** A linear layer of attention. */
function project(model: TransformerSpec, weights: Weights, name: string, x: tf.Tensor): tf.Tensor {
  return linear(weights, name, x, rowPerOutput(model));
}

/** Token vectors, plus position vectors where they are learned: (U, D). */
function embed(
  model: TransformerSpec,
  weights: Weights,
  { tokens, places }: Pick<Sequences, 'tokens' | 'places'>,
): tf.Tensor {
  const vectors = tf.gather(weights['embedding.weight'], tokens);
  return model.learned_positions ? tf.add(vectors, tf.gather(weights['positions.weight'], places)) : vectors;
}

/** A block's place in the model: what its input rows are and which rows go on. */
interface Flow {
  layer: number;
  texts: Sequences;
  /** (batch × length) the input row in each cell. */
  grid: Rows;
  /** The input rows that go on. */
  kept: Rows;
  /** A cell of each row that goes on. */
  cells: Rows;
  /** Only these go on, one from each text: the last block's targets. */
  single: Targets | null;
  keep?: (known: KeysAndValues) => void;
}

/** Takes what is known of the cells of a layer. */
type Keep = (layer: number, known: KeysAndValues) => void;

function flows(model: TransformerSpec, texts: Sequences, targets: Targets, keep?: Keep): Flow[] {
  return Array.from({ length: model.n_layers }, (_, i) => {
    const [first, last] = [i === 0, i === model.n_layers - 1];
    const rows = first ? texts.sources : null;
    return {
      layer: i,
      texts,
      grid: through(rows, texts.grid),
      kept: last ? through(rows, targets.rows) : rows,
      cells: last ? targets.cells : texts.cells,
      single: last && targets.onePerText && !keep ? targets : null,
      ...(keep && { keep: (known: KeysAndValues) => keep(i, known) }),
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
  const { grid, texts, layer, keep, cells } = flow;
  const qkv = projections(model, weights, name, x).map((one) => take(one, grid));
  return take(attend(model, qkv, texts, layer, keep), cells);
}

/** Queries, keys and values of rows, as attention reads them: (N, heads * d_head) each. */
function projections(model: TransformerSpec, weights: Weights, name: string, x: tf.Tensor): Features {
  const parts = variantOf(model).separate_qkv ? ['q', 'k', 'v'] : ['qkv'];
  return parts.map((part) => project(model, weights, `${name}.${part}`, x));
}

/** {@link context} where one row of each text goes on: the others need no query. */
function contextOnce(
  model: TransformerSpec,
  weights: Weights,
  name: string,
  x: tf.Tensor,
  { layer, texts, grid, kept, cells }: Flow,
): tf.Tensor {
  const project = variantOf(model).separate_qkv ? separateProjections : jointProjections;
  const { q, kv } = project(model, weights, name, { x, kept, grid });
  const starts = Int32Array.from({ length: texts.batch }, (_, i) => i * texts.length);
  const places = tf.sub(cells as tf.Tensor1D, tf.tensor1d(starts, 'int32')) as tf.Tensor1D;
  return attendOnce(model, { q, kv }, places, layer);
}

/** Rows that are read, which of them ask, and which are in each cell. */
interface Read {
  x: tf.Tensor;
  kept: Rows;
  grid: Rows;
}

/** Queries of the rows that ask (B, …), keys and values of all cells (B*T, …). */
interface Projections {
  q: tf.Tensor;
  kv: Features;
}

function separateProjections(
  model: TransformerSpec,
  weights: Weights,
  name: string,
  { x, kept, grid }: Read,
): Projections {
  const kv = ['k', 'v'].map((part) => take(project(model, weights, `${name}.${part}`, x), grid));
  return { kv, q: project(model, weights, `${name}.q`, take(x, kept)) };
}

function jointProjections(
  model: TransformerSpec,
  weights: Weights,
  name: string,
  { x, kept, grid }: Read,
): Projections {
  const widths = attentionWidths(model);
  const parts = [widths.q, 2 * widths.kv];
  const turned = rowPerOutput(model);
  const [wq, wkv] = tf.split(weightOf(weights, `${name}.qkv`, turned), parts, turned ? 0 : 1);
  const bias = weights[`${name}.qkv.bias`];
  const [bq, bkv] = bias ? tf.split(bias, parts, 0) : [null, null];
  const plus = (x: tf.Tensor, b: tf.Tensor | null) => (b ? tf.add(x, b) : x);
  const times = (x: tf.Tensor, w: tf.Tensor) => tf.matMul(x, w, false, turned);
  const kv = take(plus(times(x, wkv), bkv), grid);
  return { kv: [kv], q: plus(times(take(x, kept), wq), bq) };
}

/** What a block reads of other positions. */
interface Reading {
  /** Which rows go on. */
  kept: Rows;
  /** What these read; of the normalised input (N, D). @param name of the attention's weights */
  read(normal: tf.Tensor, name: string): tf.Tensor;
}

/**
 * One block. What follows attention works on each row alone, so only the rows that go on are computed.
 * @param x (N, D)
 * @returns (rows that go on, D)
 */
function block(
  model: TransformerSpec,
  weights: Weights,
  name: string,
  x: tf.Tensor,
  { kept, read }: Reading,
): tf.Tensor {
  const normal = norm(model, weights, `${name}.ln_attention`, x);
  const attended = project(model, weights, `${name}.attention.out`, read(normal, `${name}.attention`));
  const before = variantOf(model).shared_norm ? `${name}.ln_attention` : `${name}.ln_mlp`;
  const withMlp = (y: tf.Tensor) => tf.add(y, mlp(model, weights, name, norm(model, weights, before, y)));
  if (!model.parallel_residual) return withMlp(tf.add(take(x, kept), attended));
  // The MLP reads the block's input: where that has fewer rows than go on, it is computed before they repeat.
  const repeats = kept !== null && (x.shape[0] ?? 0) < kept.shape[0];
  return tf.add(repeats ? take(withMlp(x), kept) : withMlp(take(x, kept)), attended);
}

/**
 * What the head reads at the targets (Radford et al. 2019 for `gpt2`; Black et al., arXiv 2204.06745, section
 * 2.1, for `gpt-neox`; Touvron et al., arXiv 2302.13971, section 2.2, for `llama`). Padding on the right needs no
 * mask: attention is causal, and padded positions are no targets.
 * @param told.keep is given what is known of the cells (batch × length), layer by layer
 * @param told.watch is given the residual stream
 * @returns (P, D)
 */
export function hiddenAt(
  model: TransformerSpec,
  weights: Weights,
  texts: Sequences,
  targets: Targets,
  { keep, watch }: { keep?: Keep; watch?: Watch } = {},
): tf.Tensor {
  let x = embed(model, weights, texts); // (U, D)
  watch?.(residualBefore('blocks'), x);
  flows(model, texts, targets, keep).forEach((flow, i) => {
    const read = (normal: tf.Tensor, name: string) => context(model, weights, name, normal, flow);
    x = block(model, weights, `layers.${i}`, x, { kept: flow.kept, read });
    watch?.(residualAfter('blocks', i), x);
  });
  return lensOf(model, weights, x);
}

/** What the head reads of the residual stream, (P, D). */
export function lensOf(model: TransformerSpec, weights: Weights, residual: tf.Tensor): tf.Tensor {
  return norm(model, weights, 'ln_final', residual);
}

/**
 * {@link hiddenAt} for one more token of each text, from what is known of those before it.
 * @param next its token and its place in each text, (B) int32 each
 * @param known of each layer, S positions of each text
 * @returns `hidden` (B, D), and what is known of the token itself, layer by layer
 */
export function hiddenNext(
  model: TransformerSpec,
  weights: Weights,
  next: Pick<Sequences, 'tokens' | 'places'>,
  known: readonly KeysAndValues[],
): { hidden: tf.Tensor; added: KeysAndValues[] } {
  let x = embed(model, weights, next);
  const added = known.map((before, i) => {
    let own: KeysAndValues | undefined;
    const read = (normal: tf.Tensor, name: string) => {
      const qkv = projections(model, weights, name, normal);
      const { context, added } = attendNext(model, qkv, next.places, before, i);
      own = added;
      return context;
    };
    x = block(model, weights, `layers.${i}`, x, { kept: null, read });
    return own!;
  });
  return { hidden: norm(model, weights, 'ln_final', x), added };
}

/** What turns {@link hiddenAt} into logits. */
export function headOf(model: TransformerSpec, weights: Weights): Head {
  const weight = weights[model.tied_head ? 'embedding.weight' : 'head.weight'];
  return { weight, bias: weights['head.bias'] ?? null };
}

/** Next-token logits at the targets. @returns (P, V) */
export function logitsAt(
  model: TransformerSpec,
  weights: Weights,
  texts: Sequences,
  targets: Targets,
): tf.Tensor {
  return logitsOf(headOf(model, weights), hiddenAt(model, weights, texts, targets));
}
