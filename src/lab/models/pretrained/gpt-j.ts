/** GPT-J (Wang & Komatsuzaki 2021): attention and MLP read the same norm, pairs of rotary positions are neighbours. */
import { plainVariant } from '../variant.ts';
import type { TransformerSpec } from '../transformer-spec.ts';
import type { PretrainedArchitecture } from './architecture.ts';
import { countField, flagField, gptFields, headWidth } from './config-fields.ts';

/** There a pair is (2 i, 2 i + 1), here (i, i + dims/2): the same products, once queries and keys are reordered. */
function rotaryOutputs({ n_heads, d_head, rotary_dims }: TransformerSpec): Int32Array {
  const pairs = rotary_dims / 2;
  const theirs = (at: number) => {
    if (at >= rotary_dims) return at;
    return at < pairs ? 2 * at : 2 * (at - pairs) + 1;
  };
  return Int32Array.from(
    { length: n_heads * d_head },
    (_, ours) => ours - (ours % d_head) + theirs(ours % d_head),
  );
}

export const gptJ: PretrainedArchitecture = {
  architecture: 'gpt-j',
  modelType: 'gptj',
  spec(config) {
    const d_model = countField(config, 'n_embd', 4096);
    const n_heads = countField(config, 'n_head', 16);
    const d_head = headWidth(d_model, n_heads, null);
    return {
      architecture: 'gpt-j',
      vocab_size: countField(config, 'vocab_size', 50400),
      n_ctx: countField(config, 'n_positions', 2048),
      d_model,
      n_layers: countField(config, 'n_layer', 28),
      n_heads,
      d_head,
      d_mlp: countField(config, 'n_inner', 4 * d_model),
      rotary_dims: countField(config, 'rotary_dim', d_head),
      learned_positions: false,
      parallel_residual: true,
      tied_head: flagField(config, 'tie_word_embeddings', false),
      ...gptFields(config),
      scaled_residual_init: false,
      variant: {
        ...plainVariant(n_heads),
        separate_qkv: true,
        biases: { qkv: false, out: false, mlp: true, head: true },
        shared_norm: true,
        row_per_output: true,
      },
    };
  },
  names: (spec) => ({
    prefix: 'transformer.',
    layer: (index) => `transformer.h.${index}.`,
    parts: {
      embedding: 'transformer.wte',
      ln_final: 'transformer.ln_f',
      head: 'lm_head',
      ln_attention: 'ln_1',
      'attention.q': 'attn.q_proj',
      'attention.k': 'attn.k_proj',
      'attention.v': 'attn.v_proj',
      'attention.out': 'attn.out_proj',
      'mlp.in': 'mlp.fc_in',
      'mlp.out': 'mlp.fc_out',
    },
    row_per_output: true,
    outputs: (part) => (part === 'attention.q' || part === 'attention.k' ? rotaryOutputs(spec) : null),
  }),
};
