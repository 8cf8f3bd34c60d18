/**
 * T5 (Raffel et al., arXiv 1910.10683, section 2.1; v1.1: Shazeer, arXiv 2002.05202): an encoder reads the input, a
 * decoder writes what follows from it. Activations are rows, (N, D), as in `transformer.ts`.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { TextArchitecture } from './text-model.ts';
import { causalMask, maskAround } from './attention.ts';
import { logitsOf, type Head } from './head.ts';
import { feedForward, linear, normalized } from './layers.ts';
import type { Weights } from './layout.ts';
import { positionScores } from './relative-positions.ts';
import { take, type InputTexts, type Sequences, type Targets } from './sequences.ts';
import { t5Activations, t5Flops, t5Layout, type Stack } from './t5-layout.ts';
import type { T5Spec } from './t5-spec.ts';

/** Rows that are looked at, and what is added to the scores of those who look. */
interface Seen {
  /** (B*S, D) */
  rows: tf.Tensor;
  /** Each of a shape that goes with (B, H, T, S). */
  masks: tf.Tensor[];
}

/** A model with its weights, and how many texts there are. */
interface Pass {
  model: T5Spec;
  weights: Weights;
  batch: number;
}

/** (B*T, H * d_head) → (B, H, T, d_head) */
function headsOf({ model, batch }: Pass, x: tf.Tensor): tf.Tensor {
  return tf.transpose(tf.reshape(x, [batch, -1, model.n_heads, model.d_head]), [0, 2, 1, 3]);
}

/** Attention of rows (B*T, D), normalised, to others; scores are not scaled. @returns (B*T, D) */
function attention(pass: Pass, name: string, x: tf.Tensor, { rows, masks }: Seen): tf.Tensor {
  const { model, weights } = pass;
  const part = (of: tf.Tensor, which: string) => headsOf(pass, linear(weights, `${name}.${which}`, of));
  const products = tf.matMul(part(x, 'q'), part(rows, 'k'), false, true);
  const shares = tf.softmax(masks.reduce((sum, mask) => tf.add(sum, mask), products)); // (B, H, T, S)
  const context = tf.transpose(tf.matMul(shares, part(rows, 'v')), [0, 2, 1, 3]); // (B, T, H, d_head)
  const joined = tf.reshape(context, [-1, model.n_heads * model.d_head]);
  return linear(weights, `${name}.out`, joined);
}

const norm = ({ model, weights }: Pass, name: string, x: tf.Tensor) =>
  normalized(weights, name, x, model.layer_norm_eps);

/** One block: rows look at each other, then at what the encoder made of the input, where there is one. */
function block(pass: Pass, name: string, given: tf.Tensor, masks: tf.Tensor[], memory?: Seen): tf.Tensor {
  const { model, weights } = pass;
  let x = given;
  const own = norm(pass, `${name}.ln_attention`, x);
  x = tf.add(x, attention(pass, `${name}.attention`, own, { rows: own, masks }));
  if (memory) {
    const asking = norm(pass, `${name}.ln_cross`, x);
    x = tf.add(x, attention(pass, `${name}.cross`, asking, memory));
  }
  return tf.add(x, feedForward(weights, `${name}.mlp`, norm(pass, `${name}.ln_mlp`, x), model));
}

/** What is added to the scores of a stack's own rows for their distance, in all of its layers. */
function distances({ model, weights }: Pass, stack: Stack, length: number): tf.Tensor {
  return positionScores(weights[`${stack}.positions.weight`], length, length, {
    count: model.position_buckets,
    furthest: model.furthest_position,
    bothWays: stack === 'encoder',
  });
}

/** What the encoder makes of the inputs, without their padding. */
function encode(model: T5Spec, weights: Weights, { batch, length, tokens, ends }: InputTexts): Seen {
  const pass = { model, weights, batch };
  const padding = maskAround(ends, length, null);
  const masks = [distances(pass, 'encoder', length), padding];
  let x = tf.gather(weights['embedding.weight'], tokens); // (B*S, D)
  for (let i = 0; i < model.n_layers; i++) x = block(pass, `encoder.layers.${i}`, x, masks);
  return { rows: norm(pass, 'encoder.ln_final', x), masks: [padding] };
}

/**
 * What the head reads at the targets: {@link InputTexts} go through the encoder, the texts through the decoder.
 * @returns (P, D)
 */
function hiddenAt(
  model: T5Spec,
  weights: Weights,
  { batch, length, tokens, input }: Sequences,
  targets: Targets,
): tf.Tensor {
  if (!input) throw new Error('an encoder needs inputs');
  const pass = { model, weights, batch };
  const memory = encode(model, weights, input);
  const masks = [tf.add(distances(pass, 'decoder', length), causalMask(length, null))];
  let x = tf.gather(weights['embedding.weight'], tokens); // (B*T, D)
  for (let i = 0; i < model.n_decoder_layers; i++) x = block(pass, `decoder.layers.${i}`, x, masks, memory);
  const hidden = norm(pass, 'decoder.ln_final', take(x, targets.rows));
  return model.scaled_head ? tf.mul(hidden, model.d_model ** -0.5) : hidden;
}

function headOf(model: T5Spec, weights: Weights): Head {
  return { weight: weights[model.tied_head ? 'embedding.weight' : 'head.weight'], bias: null };
}

export const t5: Omit<TextArchitecture<never, never, T5Spec>, 'resolve'> = {
  layout: t5Layout,
  forward: (spec, weights, { texts, targets }) =>
    logitsOf(headOf(spec, weights), hiddenAt(spec, weights, texts, targets)),
  hidden: (spec, weights, { texts, targets }) => hiddenAt(spec, weights, texts, targets),
  head: headOf,
  activations: t5Activations,
  // Each text follows an input of its own.
  sharing: () => null,
  flops: t5Flops,
};
