/** Reads the golden files of models.py and optimizers.py, with Hugging Face's weights in our order. */
import { readFileSync } from 'node:fs';
import { parameterCount, type ParameterLayout } from '#lab/models/layout.ts';
import { parameterLayout, resolveModel } from '#lab/models/registry.ts';
import type { TransformerSpec } from '#lab/models/transformer-spec.ts';
import type { ModelConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';

export interface GoldenArray {
  shape: number[];
  data: string;
}
export type GoldenArrays = Record<string, GoldenArray>;

export interface GoldenModel {
  config: Partial<ModelConfig>;
  vocab_size: number;
  n_ctx: number;
  tokens: number[][];
  labels: number[][];
  logits: GoldenArray;
  loss: number;
  weights: GoldenArrays;
  gradients: GoldenArrays;
}

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as T;
}

export function valuesOf({ data }: GoldenArray): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
  return new Float32Array(bytes.buffer);
}

export function goldenModel(golden: GoldenModel): { model: TransformerSpec; layout: ParameterLayout } {
  const config = languageSchema.parse({ model: golden.config }).model;
  const model = resolveModel(config, golden) as TransformerSpec;
  return { model, layout: parameterLayout(model) };
}

const GPT2_NAMES: [RegExp, string][] = [
  [/^transformer\.wte/, 'embedding'],
  [/^transformer\.wpe/, 'positions'],
  [/^transformer\.ln_f/, 'ln_final'],
  [/^transformer\.h/, 'layers'],
  [/ln_1/, 'ln_attention'],
  [/ln_2/, 'ln_mlp'],
  [/attn\.c_attn/, 'attention.qkv'],
  [/attn\.c_proj/, 'attention.out'],
  [/mlp\.c_fc/, 'mlp.in'],
  [/mlp\.c_proj/, 'mlp.out'],
];

const NEOX_NAMES: [RegExp, string][] = [
  [/^gpt_neox\./, ''],
  [/^embed_in/, 'embedding'],
  [/^(embed_out|lm_head)/, 'head'],
  [/^final_layer_norm/, 'ln_final'],
  [/input_layernorm/, 'ln_attention'],
  [/post_attention_layernorm/, 'ln_mlp'],
  [/attention\.query_key_value/, 'attention.qkv'],
  [/attention\.dense/, 'attention.out'],
  [/mlp\.dense_h_to_4h/, 'mlp.in'],
  [/mlp\.dense_4h_to_h/, 'mlp.out'],
];

function renamed(name: string, names: [RegExp, string][]): string {
  return names.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), name);
}

/** Rows of (heads, 3, d_head) in the order (3, heads, d_head). */
function reorderQkv(values: Float32Array, model: TransformerSpec): Float32Array {
  const { n_heads, d_head } = model;
  const width = values.length / (3 * n_heads * d_head);
  return values.map((_, index) => {
    const [row, column] = [Math.floor(index / width), index % width];
    const part = Math.floor(row / (n_heads * d_head));
    const head = Math.floor(row / d_head) % n_heads;
    return values[((head * 3 + part) * d_head + (row % d_head)) * width + column];
  });
}

function transposed(values: Float32Array, [rows, columns]: number[]): Float32Array {
  return values.map((_, index) => values[(index % rows) * columns + Math.floor(index / rows)]);
}

/** GPT-NeoX keeps linear weights (out, in) and QKV interleaved by head; GPT-2 already has our order. */
function reordered(name: string, golden: GoldenArray, model: TransformerSpec): Float32Array {
  const values = valuesOf(golden);
  if (model.architecture === 'gpt2') return values;
  const grouped = name.includes('.qkv.') ? reorderQkv(values, model) : values;
  const isLinear = golden.shape.length === 2 && name.startsWith('layers.');
  return isLinear ? transposed(grouped, golden.shape) : grouped;
}

/** Hugging Face's named arrays as one flat vector in our layout. */
export function flatVector(
  arrays: GoldenArrays,
  model: TransformerSpec,
  layout: ParameterLayout,
): Float32Array {
  const flat = new Float32Array(parameterCount(layout));
  const names = model.architecture === 'gpt2' ? GPT2_NAMES : NEOX_NAMES;
  const ours = new Map(Object.entries(arrays).map(([name, array]) => [renamed(name, names), array]));
  if (ours.size !== layout.length) throw new Error(`golden file has ${[...ours.keys()].join(', ')}`);
  for (const { name, offset } of layout) {
    const array = ours.get(name);
    if (!array) throw new Error(`golden file lacks ${name}`);
    flat.set(reordered(name, array, model), offset);
  }
  return flat;
}

/** Largest difference from the expected values, relative to the largest of those. */
export function relativeError(actual: ArrayLike<number>, expected: Float32Array | number[]): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i]) / largest));
}
