/**
 * A decoder-only transformer in the styles of GPT-2 and GPT-NeoX, written once against tfjs-core.
 * Activations are kept as (B*T, D): every matrix product is then one plain product.
 */
import * as tf from '@tensorflow/tfjs-core';
import { attend } from './attention.ts';
import type { ParameterLayout } from './layout.ts';
import { gelu, geluTanh, layerNorm } from './ops.ts';
import type { ResolvedModel } from './resolve.ts';

/** Weights by their name in the layout. */
export type Weights = Readonly<Record<string, tf.Tensor>>;

/**
 * The weights in a flat parameter vector.
 * @param parameters (N)
 */
export function unflatten(layout: ParameterLayout, parameters: tf.Tensor): Weights {
  return Object.fromEntries(
    layout.map(({ name, shape, offset, size }) => [
      name,
      tf.reshape(tf.slice(parameters, [offset], [size]), shape),
    ]),
  );
}

/** x W + b: (N, in) → (N, out). */
function linear(weights: Weights, name: string, x: tf.Tensor): tf.Tensor {
  return tf.add(tf.matMul(x, weights[`${name}.weight`]), weights[`${name}.bias`]);
}

function norm(model: ResolvedModel, weights: Weights, name: string, x: tf.Tensor): tf.Tensor {
  return layerNorm(x, weights[`${name}.weight`], weights[`${name}.bias`], model.layer_norm_eps);
}

function mlp(model: ResolvedModel, weights: Weights, name: string, x: tf.Tensor): tf.Tensor {
  const hidden = linear(weights, `${name}.mlp.in`, x); // (N, d_mlp)
  const active = model.activation === 'gelu' ? gelu(hidden) : geluTanh(hidden);
  return linear(weights, `${name}.mlp.out`, active); // (N, D)
}

/** Token vectors, plus position vectors where they are learned: (B, T) → (B*T, D). */
function embed(model: ResolvedModel, weights: Weights, tokens: tf.Tensor2D): tf.Tensor {
  const [batch, length] = tokens.shape;
  const rows = tf.gather(weights['embedding.weight'], tf.reshape(tokens, [-1])); // (B*T, D)
  if (!model.learned_positions) return rows;
  const table = weights['positions.weight']; // (n_ctx, D)
  const positions = length === model.n_ctx ? table : tf.slice(table, [0, 0], [length, model.d_model]); // (T, D)
  const grid = tf.add(tf.reshape(rows, [batch, length, model.d_model]), positions);
  return tf.reshape(grid, [batch * length, model.d_model]);
}

/**
 * One block. From `keep` on, only the named rows go further: what follows attention works on each
 * position alone, so in the last block the other rows need not be computed.
 * @param x (B*T, D)
 * @param keep (P) rows to keep, or null for all
 * @returns (P, D) or (B*T, D)
 */
function block(
  model: ResolvedModel,
  weights: Weights,
  name: string,
  x: tf.Tensor,
  batch: number,
  keep: tf.Tensor1D | null,
): tf.Tensor {
  const rows = (all: tf.Tensor) => (keep ? tf.gather(all, keep) : all);
  const qkv = linear(weights, `${name}.attention.qkv`, norm(model, weights, `${name}.ln_attention`, x));
  const attended = linear(weights, `${name}.attention.out`, rows(attend(model, qkv, batch)));
  const input = rows(x);
  const afterAttention = tf.add(input, attended);
  const mlpInput = model.parallel_residual ? input : afterAttention;
  return tf.add(afterAttention, mlp(model, weights, name, norm(model, weights, `${name}.ln_mlp`, mlpInput)));
}

/**
 * Next-token logits at the requested positions (Radford et al. 2019 for `gpt2`; Black et al., arXiv
 * 2204.06745, section 2.1, for `gpt-neox`). Padding on the right needs no mask: attention is causal, and
 * padded positions are not requested.
 * @param tokens (B, T) int32
 * @param positions (P) int32, indices into the flattened B*T
 * @returns (P, V)
 */
export function logitsAt(
  model: ResolvedModel,
  weights: Weights,
  tokens: tf.Tensor2D,
  positions: tf.Tensor1D,
): tf.Tensor {
  let x = embed(model, weights, tokens); // (B*T, D)
  for (let i = 0; i < model.n_layers; i++) {
    const keep = i === model.n_layers - 1 ? positions : null;
    x = block(model, weights, `layers.${i}`, x, tokens.shape[0], keep);
  }
  const final = norm(model, weights, 'ln_final', x); // (P, D)
  const head = weights[model.tied_head ? 'embedding.weight' : 'head.weight']; // (V, D)
  return tf.matMul(final, head, false, true);
}
