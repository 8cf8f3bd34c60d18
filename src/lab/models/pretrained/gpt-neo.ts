/** GPT-Neo (Black et al. 2021): every second layer looks back over a window, scores are not scaled. */
import { UserError } from '#shared/errors.ts';
import { plainVariant } from '../variant.ts';
import type { FolderConfig, PretrainedArchitecture } from './architecture.ts';
import { countField, flagField, gptFields, headWidth } from './config-fields.ts';

/** `attention_layers`, or what `attention_types` ([[["global", "local"], 6]]) unfolds to. */
function attentionLayers(config: FolderConfig, n_layers: number): unknown[] {
  const unfolded = (config['attention_types'] ?? [[['global'], n_layers]]) as [unknown[], number][];
  const layers = (config['attention_layers'] ??
    unfolded.flatMap(([kinds, times]) => Array.from({ length: times }, () => kinds).flat())) as unknown[];
  const known = layers.every((kind) => kind === 'global' || kind === 'local');
  if (layers.length === n_layers && known) return layers;
  throw new UserError(
    'model.config',
    `config.json: attention_layers has to name "global" or "local" for each of ${n_layers} layers`,
  );
}

export const gptNeo: PretrainedArchitecture = {
  architecture: 'gpt-neo',
  modelType: 'gpt_neo',
  spec(config) {
    const d_model = countField(config, 'hidden_size', 2048);
    const n_heads = countField(config, 'num_heads', 16);
    const n_layers = countField(config, 'num_layers', 24);
    const window = countField(config, 'window_size', 256);
    return {
      architecture: 'gpt-neo',
      vocab_size: countField(config, 'vocab_size', 50257),
      n_ctx: countField(config, 'max_position_embeddings', 2048),
      d_model,
      n_layers,
      n_heads,
      d_head: headWidth(d_model, n_heads, null),
      d_mlp: countField(config, 'intermediate_size', 4 * d_model),
      rotary_dims: 0,
      learned_positions: true,
      parallel_residual: false,
      tied_head: flagField(config, 'tie_word_embeddings', true),
      ...gptFields(config),
      scaled_residual_init: false,
      variant: {
        ...plainVariant(n_heads),
        separate_qkv: true,
        biases: { qkv: false, out: true, mlp: true, head: false },
        scaled_scores: false,
        windows: attentionLayers(config, n_layers).map((kind) => (kind === 'local' ? window : null)),
        row_per_output: true,
      },
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
      'attention.q': 'attn.attention.q_proj',
      'attention.k': 'attn.attention.k_proj',
      'attention.v': 'attn.attention.v_proj',
      'attention.out': 'attn.attention.out_proj',
      ln_mlp: 'ln_2',
      'mlp.in': 'mlp.c_fc',
      'mlp.out': 'mlp.c_proj',
    },
    row_per_output: true,
  }),
};
