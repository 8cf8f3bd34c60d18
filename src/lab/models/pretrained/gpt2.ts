/** GPT-2 (Radford et al. 2019); its linear weights stand as (in, out). */
import { plainVariant } from '../variant.ts';
import type { PretrainedArchitecture } from './architecture.ts';
import { countField, expectField, flagField, gptFields, headWidth } from './config-fields.ts';

export const gpt2: PretrainedArchitecture = {
  architecture: 'gpt2',
  modelType: 'gpt2',
  spec(config) {
    expectField(config, 'scale_attn_weights', true);
    expectField(config, 'scale_attn_by_inverse_layer_idx', false);
    expectField(config, 'reorder_and_upcast_attn', false);
    expectField(config, 'add_cross_attention', false);
    const d_model = countField(config, 'n_embd', 768);
    const n_heads = countField(config, 'n_head', 12);
    return {
      architecture: 'gpt2',
      vocab_size: countField(config, 'vocab_size', 50257),
      n_ctx: countField(config, 'n_positions', 1024),
      d_model,
      n_layers: countField(config, 'n_layer', 12),
      n_heads,
      d_head: headWidth(d_model, n_heads, null),
      d_mlp: countField(config, 'n_inner', 4 * d_model),
      rotary_dims: 0,
      learned_positions: true,
      parallel_residual: false,
      tied_head: flagField(config, 'tie_word_embeddings', true),
      ...gptFields(config),
      scaled_residual_init: true,
      variant: { ...plainVariant(n_heads), row_per_output: true },
    };
  },
  names: () => ({
    prefix: 'transformer.',
    layer: (index) => `transformer.h.${index}.`,
    parts: {
      embedding: 'transformer.wte',
      positions: 'transformer.wpe',
      ln_final: 'transformer.ln_f',
      head: 'lm_head',
      ln_attention: 'ln_1',
      'attention.qkv': 'attn.c_attn',
      'attention.out': 'attn.c_proj',
      ln_mlp: 'ln_2',
      'mlp.in': 'mlp.c_fc',
      'mlp.out': 'mlp.c_proj',
    },
    row_per_output: false,
  }),
};
