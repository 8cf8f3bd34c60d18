/** Ways in which pre-trained transformers differ from the two styles that are learnt from scratch. */
import type { TransformerSpec } from './transformer-spec.ts';

/** How wavelengths of rotary positions are stretched beyond those of pre-training. */
export type RotaryScaling =
  | { type: 'linear'; factor: number }
  | {
      type: 'llama3';
      factor: number;
      low_freq_factor: number;
      high_freq_factor: number;
      original_max_position_embeddings: number;
    };

export interface TransformerVariant {
  /** Root mean square alone, without mean and bias (Zhang & Sennrich, arXiv 1910.07467). */
  norm: 'layer' | 'rms';
  /** `act(x W_gate) * (x W_in)` before the output (Shazeer, arXiv 2002.05202). */
  gated: boolean;
  /** Queries share keys and values in groups (Ainslie et al., arXiv 2305.13245); divides `n_heads`. */
  n_kv_heads: number;
  /** Queries, keys and values are weights of their own. */
  separate_qkv: boolean;
  biases: { qkv: boolean; out: boolean; mlp: boolean; head: boolean };
  /** The MLP reads what attention reads: one norm for both (GPT-J). */
  shared_norm: boolean;
  rotary_base: number;
  rotary_scaling: RotaryScaling | null;
  /** Products of queries and keys are divided by the root of d_head. */
  scaled_scores: boolean;
  /** For each layer how many positions it looks back over, itself included; null for all. */
  windows: (number | null)[] | null;
}

/** What the styles that are learnt from scratch have. */
export function plainVariant(n_heads: number): TransformerVariant {
  return {
    norm: 'layer',
    gated: false,
    n_kv_heads: n_heads,
    separate_qkv: false,
    biases: { qkv: true, out: true, mlp: true, head: false },
    shared_norm: false,
    rotary_base: 10_000,
    rotary_scaling: null,
    scaled_scores: true,
    windows: null,
  };
}

export function variantOf(model: Pick<TransformerSpec, 'n_heads' | 'variant'>): TransformerVariant {
  return model.variant ?? plainVariant(model.n_heads);
}

/** Widths of queries, and of keys or values. */
export function attentionWidths(model: TransformerSpec): { q: number; kv: number } {
  return { q: model.n_heads * model.d_head, kv: variantOf(model).n_kv_heads * model.d_head };
}
