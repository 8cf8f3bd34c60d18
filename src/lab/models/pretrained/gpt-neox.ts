/** GPT-NeoX (Black et al., arXiv 2204.06745), which Pythia is. */
import { plainVariant } from '../variant.ts';
import type { TransformerSpec } from '../transformer-spec.ts';
import type { PretrainedArchitecture } from './architecture.ts';
import {
  activationField,
  countField,
  expectField,
  flagField,
  headWidth,
  numberField,
  rotaryFields,
} from './config-fields.ts';

/** There a head's query, key and value lie side by side; ours are all queries, all keys, all values. */
function qkvOutputs({ n_heads, d_head }: TransformerSpec): Int32Array {
  return Int32Array.from({ length: 3 * n_heads * d_head }, (_, ours) => {
    const [part, within] = [Math.floor(ours / (n_heads * d_head)), ours % (n_heads * d_head)];
    const [head, at] = [Math.floor(within / d_head), within % d_head];
    return (3 * head + part) * d_head + at;
  });
}

/** As transformers counts them: truncated, and even. */
function rotaryDims(share: number, d_head: number): number {
  return 2 * Math.floor(Math.floor(share * d_head) / 2);
}

export const gptNeoX: PretrainedArchitecture = {
  architecture: 'gpt-neox',
  modelType: 'gpt_neox',
  spec(config) {
    expectField(config, 'attention_bias', true);
    const d_model = countField(config, 'hidden_size');
    const n_heads = countField(config, 'num_attention_heads');
    const d_head = headWidth(d_model, n_heads, null);
    const { base, scaling } = rotaryFields(config);
    const parameters = (config['rope_parameters'] ?? {}) as Record<string, unknown>;
    const share = numberField(parameters, 'partial_rotary_factor', numberField(config, 'rotary_pct', 0.25));
    return {
      architecture: 'gpt-neox',
      vocab_size: countField(config, 'vocab_size'),
      n_ctx: countField(config, 'max_position_embeddings', 2048),
      d_model,
      n_layers: countField(config, 'num_hidden_layers'),
      n_heads,
      d_head,
      d_mlp: countField(config, 'intermediate_size', 4 * d_model),
      rotary_dims: rotaryDims(share, d_head),
      learned_positions: false,
      parallel_residual: flagField(config, 'use_parallel_residual', true),
      tied_head: flagField(config, 'tie_word_embeddings', false),
      activation: activationField(config, 'hidden_act', 'gelu'),
      scaled_residual_init: false,
      init_std: numberField(config, 'initializer_range', 0.02),
      layer_norm_eps: numberField(config, 'layer_norm_eps', 1e-5),
      variant: { ...plainVariant(n_heads), rotary_base: base, rotary_scaling: scaling, row_per_output: true },
    };
  },
  names: (spec) => ({
    prefix: 'gpt_neox.',
    layer: (index) => `gpt_neox.layers.${index}.`,
    parts: {
      embedding: 'gpt_neox.embed_in',
      ln_final: 'gpt_neox.final_layer_norm',
      head: 'embed_out',
      ln_attention: 'input_layernorm',
      'attention.qkv': 'attention.query_key_value',
      'attention.out': 'attention.dense',
      ln_mlp: 'post_attention_layernorm',
      'mlp.in': 'mlp.dense_h_to_4h',
      'mlp.out': 'mlp.dense_4h_to_h',
    },
    row_per_output: true,
    outputs: (part) => (part === 'attention.qkv' ? qkvOutputs(spec) : null),
  }),
};
