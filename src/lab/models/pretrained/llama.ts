/** Llama and its kin (Touvron et al., arXiv 2302.13971, section 2.2): Llama 2 and 3, SmolLM2, TinyLlama. */
import { UserError } from '#shared/errors.ts';
import type { PretrainedArchitecture } from './architecture.ts';
import {
  activationField,
  countField,
  flagField,
  headWidth,
  numberField,
  rotaryFields,
} from './config-fields.ts';

export const llama: PretrainedArchitecture = {
  architecture: 'llama',
  modelType: 'llama',
  spec(config) {
    const d_model = countField(config, 'hidden_size');
    const n_heads = countField(config, 'num_attention_heads');
    const n_kv_heads = countField(config, 'num_key_value_heads', n_heads);
    if (n_heads % n_kv_heads !== 0)
      throw new UserError(
        'model.config',
        `config.json: num_key_value_heads is ${n_kv_heads}, which does not divide num_attention_heads (${n_heads})`,
      );
    const d_head = headWidth(d_model, n_heads, config['head_dim']);
    const { base, scaling } = rotaryFields(config);
    const attention = flagField(config, 'attention_bias', false);
    return {
      architecture: 'llama',
      vocab_size: countField(config, 'vocab_size'),
      n_ctx: countField(config, 'max_position_embeddings', 2048),
      d_model,
      n_layers: countField(config, 'num_hidden_layers'),
      n_heads,
      d_head,
      d_mlp: countField(config, 'intermediate_size'),
      rotary_dims: d_head,
      learned_positions: false,
      parallel_residual: false,
      tied_head: flagField(config, 'tie_word_embeddings', false),
      activation: activationField(config, 'hidden_act', 'silu'),
      scaled_residual_init: false,
      init_std: numberField(config, 'initializer_range', 0.02),
      layer_norm_eps: numberField(config, 'rms_norm_eps', 1e-6),
      variant: {
        norm: 'rms',
        gated: true,
        n_kv_heads,
        separate_qkv: true,
        biases: { qkv: attention, out: attention, mlp: flagField(config, 'mlp_bias', false), head: false },
        shared_norm: false,
        rotary_base: base,
        rotary_scaling: scaling,
        scaled_scores: true,
        windows: null,
        row_per_output: true,
      },
    };
  },
  names: () => ({
    prefix: 'model.',
    layer: (index) => `model.layers.${index}.`,
    parts: {
      embedding: 'model.embed_tokens',
      ln_final: 'model.norm',
      head: 'lm_head',
      ln_attention: 'input_layernorm',
      'attention.q': 'self_attn.q_proj',
      'attention.k': 'self_attn.k_proj',
      'attention.v': 'self_attn.v_proj',
      'attention.out': 'self_attn.o_proj',
      ln_mlp: 'post_attention_layernorm',
      'mlp.gate': 'mlp.gate_proj',
      'mlp.in': 'mlp.up_proj',
      'mlp.out': 'mlp.down_proj',
    },
    row_per_output: true,
  }),
};
