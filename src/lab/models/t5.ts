/**
 * T5 (Raffel et al., arXiv 1910.10683, section 2.1; v1.1: Shazeer, arXiv 2002.05202): an encoder reads the input, a
 * decoder writes what follows from it. Activations are rows, (N, D), as in `transformer.ts`.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '#shared/config.ts';
import { causalMask, maskAround, type KeysAndValues } from './attention.ts';
import { logitsOf, type Head } from './head.ts';
import { feedForward, linear, normalized } from './layers.ts';
import type { Weights } from './layout.ts';
import { positionScores, type Buckets } from './relative-positions.ts';
import { take, type InputTexts, type Sequences, type Targets } from './sequences.ts';
import { t5Activations, t5Flops, t5Layout, type Stack } from './t5-layout.ts';
import { resolveT5, type T5Spec } from './t5-spec.ts';
import type { TextSizes } from './transformer-spec.ts';
import type { Known, KnownArray, TextArchitecture } from './text-model.ts';
import { residualAfter, residualBefore, type Watch } from './watch.ts';

/** A model with its weights, and how many texts there are. */
interface Pass {
  model: T5Spec;
  weights: Weights;
  batch: number;
  watch?: Watch;
}

/** A projection of rows as heads: (B*T, D) → (B, H, T, d_head). */
function heads({ model, weights, batch }: Pass, name: string, x: tf.Tensor): tf.Tensor {
  const cells = tf.reshape(linear(weights, name, x), [batch, -1, model.n_heads, model.d_head]);
  return tf.transpose(cells, [0, 2, 1, 3]);
}

const keysAndValues = (pass: Pass, name: string, x: tf.Tensor): KeysAndValues => ({
  keys: heads(pass, `${name}.k`, x),
  values: heads(pass, `${name}.v`, x),
});

/** Scores are not scaled. @param mask goes with (B, H, T, S) */
const scoresOf = (queries: tf.Tensor, keys: tf.Tensor, mask: tf.Tensor) =>
  tf.add(tf.matMul(queries, keys, false, true), mask);

/** (B, H, T, d_head) */
function weighed(queries: tf.Tensor, { keys, values }: KeysAndValues, mask: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.softmax(scoresOf(queries, keys, mask)), values);
}

/** What queries (B, H, T, d_head) read in a layer, as heads. @param normal rows that they were made of */
type Look = (queries: tf.Tensor, normal: tf.Tensor, name: string, layer: number) => tf.Tensor;

/** Attention of one kind (`attention`, `cross`), added to the rows. */
function attended(pass: Pass, x: tf.Tensor, [block, kind]: [string, string], look: Look, layer: number) {
  const { model, weights } = pass;
  const normal = normalized(weights, `${block}.ln_${kind}`, x, model.layer_norm_eps);
  const name = `${block}.${kind}`;
  const context = look(heads(pass, `${name}.q`, normal), normal, name, layer);
  const joined = tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [-1, model.n_heads * model.d_head]);
  return tf.add(x, linear(weights, `${name}.out`, joined));
}

/**
 * The blocks of a stack and its last norm: rows look at each other, then at the input, where there is one.
 * @param tokens (B*T)
 * @returns (B*T, D)
 */
function stack(pass: Pass, name: Stack, tokens: tf.Tensor1D, looks: { own: Look; input?: Look }): tf.Tensor {
  const { model, weights } = pass;
  const norm = (of: string, x: tf.Tensor) => normalized(weights, of, x, model.layer_norm_eps);
  let x = tf.gather(weights['embedding.weight'], tokens);
  pass.watch?.(residualBefore(name), x);
  for (let i = 0; i < layersOf(model, name); i++) {
    const block = `${name}.layers.${i}`;
    x = attended(pass, x, [block, 'attention'], looks.own, i);
    if (looks.input) x = attended(pass, x, [block, 'cross'], looks.input, i);
    x = tf.add(x, feedForward(weights, `${block}.mlp`, norm(`${block}.ln_mlp`, x), model));
    pass.watch?.(residualAfter(name, i), x);
  }
  return norm(`${name}.ln_final`, x);
}

const layersOf = ({ n_layers, n_decoder_layers }: T5Spec, stack: Stack) =>
  stack === 'encoder' ? n_layers : n_decoder_layers;

const bucketsOf = ({ position_buckets, furthest_position }: T5Spec, stack: Stack): Buckets => ({
  ...{ count: position_buckets, furthest: furthest_position },
  bothWays: stack === 'encoder',
});

/** What is added to the scores of a stack's rows for their distance, in all of its layers: (H, from, to). */
const distances = ({ model, weights }: Pass, stack: Stack, from: number, to: number) =>
  positionScores(weights[`${stack}.positions.weight`], from, to, bucketsOf(model, stack));

/** What the encoder makes of the inputs (B*S, D), and what hides their padding (B, 1, 1, S). */
function encode({ batch, length, tokens, ends }: InputTexts, given: Omit<Pass, 'batch'>) {
  const pass = { ...given, batch };
  const padding = maskAround(ends, length, null);
  const mask = tf.add(distances(pass, 'encoder', length, length), padding);
  const own: Look = (queries, normal, name) => weighed(queries, keysAndValues(pass, name, normal), mask);
  return { rows: stack(pass, 'encoder', tokens, { own }), padding };
}

/** Takes what the decoder knows by name. */
type Keep = (name: string, known: tf.Tensor) => void;

/**
 * What the head reads at the targets: inputs go through the encoder, the texts through the decoder.
 * @param told.keep is given all that {@link hiddenNext} needs
 * @param told.watch is given the residual streams of both
 * @returns (P, D)
 */
function hiddenAt(
  model: T5Spec,
  weights: Weights,
  { texts, targets }: { texts: Sequences; targets: Targets },
  { keep, watch }: { keep?: Keep; watch?: Watch } = {},
): tf.Tensor {
  const { batch, length, tokens, input } = texts;
  if (!input) throw new Error('an encoder needs inputs');
  const pass = { model, weights, batch, watch };
  const { rows, padding } = encode(input, { model, weights, watch });
  const mask = tf.add(distances(pass, 'decoder', length, length), causalMask(length, null));
  const look =
    (of: (normal: tf.Tensor) => tf.Tensor, mask: tf.Tensor, kind: string): Look =>
    (queries, normal, name, layer) => {
      const seen = keysAndValues(pass, name, of(normal));
      keep?.(`${kind}keys.${layer}`, seen.keys);
      keep?.(`${kind}values.${layer}`, seen.values);
      return weighed(queries, seen, mask);
    };
  keep?.('input.padding', tf.reshape(padding, [batch, 1, input.length, 1]));
  const looks = {
    own: look((normal) => normal, mask, ''),
    input: look(() => rows, padding, 'input.'),
  };
  return scaled(model, take(stack(pass, 'decoder', tokens, looks), targets.rows));
}

const scaled = ({ scaled_head, d_model }: T5Spec, hidden: tf.Tensor) =>
  scaled_head ? tf.mul(hidden, d_model ** -0.5) : hidden;

/** What is kept of each text, by the names of {@link hiddenAt}. */
function knownArrays(model: T5Spec, length: number, input: number): KnownArray[] {
  const { n_heads, d_head, n_decoder_layers } = model;
  const array = (name: string, places: number) => ({
    ...{ name, heads: n_heads, places, width: d_head },
    grows: !name.startsWith('input.'),
  });
  const layers = Array.from({ length: n_decoder_layers }, (_, i) => [
    ...[array(`keys.${i}`, length), array(`values.${i}`, length)],
    ...[array(`input.keys.${i}`, input), array(`input.values.${i}`, input)],
  ]);
  return [...layers.flat(), { ...array('input.padding', input), heads: 1, width: 1 }];
}

/**
 * {@link hiddenAt} for one more token of each text.
 * @param known of S places of each text
 */
function hiddenNext(
  model: T5Spec,
  weights: Weights,
  { tokens, places }: Pick<Sequences, 'tokens' | 'places'>,
  known: Known,
): { hidden: tf.Tensor; added: Known } {
  const batch = places.shape[0];
  const pass = { model, weights, batch };
  const before = maskBefore(pass, places, known['keys.0'].shape[2] ?? 0);
  const self = distances(pass, 'decoder', 1, 1);
  const padding = tf.reshape(known['input.padding'], [batch, 1, 1, -1]);
  const added: Record<string, tf.Tensor> = {};
  const own: Look = (queries, normal, name, layer) => {
    const { keys, values } = keysAndValues(pass, name, normal); // (B, H, 1, d_head)
    Object.assign(added, { [`keys.${layer}`]: keys, [`values.${layer}`]: values });
    const past = scoresOf(queries, known[`keys.${layer}`], before);
    const shares = tf.softmax(tf.concat([past, scoresOf(queries, keys, self)], 3));
    const [of, ofOwn] = tf.split(shares, [past.shape[3] ?? 0, 1], 3);
    return tf.add(tf.matMul(of, known[`values.${layer}`]), tf.mul(ofOwn, values));
  };
  const input: Look = (queries, _normal, _name, layer) => {
    const seen = { keys: known[`input.keys.${layer}`], values: known[`input.values.${layer}`] };
    return weighed(queries, seen, padding);
  };
  return { hidden: scaled(model, stack(pass, 'decoder', tokens, { own, input })), added };
}

/** What is added to the scores of the places before each text's next token: (B, H, 1, S). */
function maskBefore(pass: Pass, places: tf.Tensor1D, length: number): tf.Tensor {
  // A full text has its next token at place S.
  const from = tf.transpose(distances(pass, 'decoder', length + 1, length), [1, 0, 2]); // (S + 1, H, S)
  const own = tf.gather(tf.reshape(from, [length + 1, -1]), places);
  const scores = tf.reshape(own, [pass.batch, pass.model.n_heads, 1, length]);
  return tf.add(scores, maskAround(tf.sub(places, 1), length, null));
}

function headOf(model: T5Spec, weights: Weights): Head {
  return { weight: weights[model.tied_head ? 'embedding.weight' : 'head.weight'], bias: null };
}

export const t5: TextArchitecture<ModelConfig, TextSizes, T5Spec> = {
  resolve: resolveT5,
  layout: t5Layout,
  forward: (spec, weights, inputs) => logitsOf(headOf(spec, weights), hiddenAt(spec, weights, inputs)),
  hidden: (spec, weights, inputs, watch) => hiddenAt(spec, weights, inputs, { watch }),
  lens: (spec, weights, residual) =>
    scaled(spec, normalized(weights, 'decoder.ln_final', residual, spec.layer_norm_eps)),
  head: headOf,
  read(spec, weights, inputs) {
    const known: Record<string, tf.Tensor> = {};
    return { hidden: hiddenAt(spec, weights, inputs, { keep: (name, of) => (known[name] = of) }), known };
  },
  next: hiddenNext,
  known: knownArrays,
  activations: t5Activations,
  // Each text follows an input of its own.
  sharing: () => null,
  flops: t5Flops,
};
