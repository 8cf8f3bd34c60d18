/** The weights of a T5, and what its forward pass costs. */
import type { ForwardFlops } from './architecture.ts';
import { matrix, normWeights } from './layers.ts';
import { layoutOf, parameterCount, type ParameterLayout, type Weight } from './layout.ts';
import type { T5Spec } from './t5-spec.ts';

/** Layers of a stack, in front of which stands its name. */
export type Stack = 'encoder' | 'decoder';

/**
 * The weights in order: embedding, encoder, decoder, head. No linear layer has a bias; `positions` are those of all
 * layers of a stack. Values start as the paper's code has them: scores are not scaled, queries start smaller instead.
 */
export function t5Layout(model: T5Spec): ParameterLayout {
  const { vocab_size, d_model, init_factor } = model;
  const table = (name: string) => matrix(name, [vocab_size, d_model], { normal: init_factor });
  return layoutOf([
    table('embedding'),
    ...stack(model, 'encoder', model.n_layers),
    ...stack(model, 'decoder', model.n_decoder_layers),
    ...(model.tied_head ? [] : [table('head')]),
  ]);
}

function stack(model: T5Spec, name: Stack, layers: number): Weight[] {
  const { d_model, n_heads, position_buckets, init_factor } = model;
  const initial = { normal: init_factor / Math.sqrt(d_model) };
  return [
    matrix(`${name}.positions`, [position_buckets, n_heads], initial),
    ...Array.from({ length: layers }, (_, i) => block(model, `${name}.layers.${i}`, name)).flat(),
    ...normWeights(`${name}.ln_final`, d_model, 'rms'),
  ];
}

function block(model: T5Spec, name: string, of: Stack): Weight[] {
  const { d_model, d_mlp, gated } = model;
  const layer = (part: string, inputs: number, outputs: number) =>
    matrix(`${name}.${part}`, [inputs, outputs], { normal: model.init_factor / Math.sqrt(inputs) });
  return [
    ...attention(model, name, 'attention'),
    ...(of === 'decoder' ? attention(model, name, 'cross') : []),
    ...normWeights(`${name}.ln_mlp`, d_model, 'rms'),
    ...(gated ? [layer('mlp.gate', d_model, d_mlp)] : []),
    layer('mlp.in', d_model, d_mlp),
    layer('mlp.out', d_mlp, d_model),
  ];
}

function attention({ d_model, n_heads, d_head, init_factor }: T5Spec, block: string, name: string): Weight[] {
  const width = n_heads * d_head;
  const normal = (fan: number) => ({ normal: init_factor / Math.sqrt(fan) });
  return [
    ...normWeights(`${block}.ln_${name}`, d_model, 'rms'),
    matrix(`${block}.${name}.q`, [d_model, width], normal(d_model * d_head)),
    matrix(`${block}.${name}.k`, [d_model, width], normal(d_model)),
    matrix(`${block}.${name}.v`, [d_model, width], normal(d_model)),
    matrix(`${block}.${name}.out`, [width, d_model], normal(width)),
  ];
}

/** Embeddings are looked up; the encoder's weights count where its input is read, with those that read its output. */
export function t5Flops(model: T5Spec): ForwardFlops {
  const { vocab_size, d_model, n_heads, d_head } = model;
  const layout = t5Layout(model);
  const ofDecoder = parameterCount(layout.filter(({ name }) => name.startsWith('decoder.')));
  const memory = model.n_decoder_layers * 2 * d_model * n_heads * d_head;
  return {
    input: 2 * (parameterCount(layout.filter(({ name }) => name.startsWith('encoder.'))) + memory),
    read: 2 * (ofDecoder - memory),
    predicted: 2 * vocab_size * d_model,
  };
}

/** Values that one text and its input keep, as `transformerActivations`; a decoder's layers look at the input, too. */
export function t5Activations(model: T5Spec, length: number, input: number): number {
  const { d_model, d_mlp, n_heads, n_layers, n_decoder_layers } = model;
  const attended = 4 * n_heads * model.d_head + 3 * d_model;
  const own = attended + 3 * d_model + 4 * d_mlp;
  const encoder = input * n_layers * (own + 2 * n_heads * input);
  const cross = length * attended + 2 * input * n_heads * (model.d_head + length);
  return encoder + n_decoder_layers * (length * (own + 2 * n_heads * length) + cross);
}
