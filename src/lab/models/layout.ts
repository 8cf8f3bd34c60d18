/**
 * Where each weight lives in the one flat parameter vector, and the weights a model starts from.
 * Linear weights are stored (in, out), the QKV projection's outputs in the order (3, heads, d_head).
 */
import { randomStream } from '#shared/random.ts';
import type { ResolvedModel } from './resolve.ts';

export interface ParameterEntry {
  /** Unique and stable: the name of the tensor in saved weights. */
  name: string;
  shape: number[];
  /** First element in the flat vector. */
  offset: number;
  size: number;
  /** Weight decay applies: matrices, not biases or LayerNorm. */
  decay: boolean;
}

/** All weights of a model, in the order of the flat vector, without gaps. */
export type ParameterLayout = readonly ParameterEntry[];

type Named = [name: string, shape: number[]];

function layerNorm(name: string, width: number): Named[] {
  return [
    [`${name}.weight`, [width]],
    [`${name}.bias`, [width]],
  ];
}

function linear(name: string, inputs: number, outputs: number): Named[] {
  return [
    [`${name}.weight`, [inputs, outputs]],
    [`${name}.bias`, [outputs]],
  ];
}

function block(index: number, model: ResolvedModel): Named[] {
  const name = `layers.${index}`;
  const { d_model, d_mlp } = model;
  return [
    ...layerNorm(`${name}.ln_attention`, d_model),
    ...linear(`${name}.attention.qkv`, d_model, 3 * d_model),
    ...linear(`${name}.attention.out`, d_model, d_model),
    ...layerNorm(`${name}.ln_mlp`, d_model),
    ...linear(`${name}.mlp.in`, d_model, d_mlp),
    ...linear(`${name}.mlp.out`, d_mlp, d_model),
  ];
}

/** The weights of a model in order: embeddings, blocks, final LayerNorm, head. */
export function parameterLayout(model: ResolvedModel): ParameterLayout {
  const named: Named[] = [['embedding.weight', [model.vocab_size, model.d_model]]];
  if (model.learned_positions) named.push(['positions.weight', [model.n_ctx, model.d_model]]);
  for (let i = 0; i < model.n_layers; i++) named.push(...block(i, model));
  named.push(...layerNorm('ln_final', model.d_model));
  if (!model.tied_head) named.push(['head.weight', [model.vocab_size, model.d_model]]);
  let offset = 0;
  return named.map(([name, shape]) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const entry = { name, shape, offset, size, decay: shape.length > 1 };
    offset += size;
    return entry;
  });
}

/** Number of parameters. */
export function parameterCount(layout: ParameterLayout): number {
  return layout.reduce((sum, entry) => sum + entry.size, 0);
}

/** Standard deviation of the initial values of a matrix (GPT-2 paper, section 2.3, for `scaled`). */
function initialStd(name: string, model: ResolvedModel): number {
  const scaled = model.scaled_residual_init && /\.(attention|mlp)\.out\.weight$/.test(name);
  return scaled ? model.init_std / Math.sqrt(2 * model.n_layers) : model.init_std;
}

/**
 * The flat vector a model starts from: matrices normal, biases 0, LayerNorm weights 1. Each weight draws
 * from its own stream, so that it does not depend on the others.
 */
export function initialParameters(layout: ParameterLayout, model: ResolvedModel, seed: number): Float32Array {
  const parameters = new Float32Array(parameterCount(layout));
  for (const { name, offset, size, decay } of layout) {
    const values = parameters.subarray(offset, offset + size);
    if (decay) {
      const random = randomStream(seed, 'init', name);
      const std = initialStd(name, model);
      for (let i = 0; i < size; i++) values[i] = std * random.normal();
    } else if (name.endsWith('.weight')) values.fill(1);
  }
  return parameters;
}
