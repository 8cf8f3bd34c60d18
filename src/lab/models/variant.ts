/** Ways in which pre-trained transformers differ from the two styles that are learnt from scratch. */
import type { TransformerSpec, TransformerVariant } from './transformer-spec.ts';

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

/** Whether linear weights are (out, in). */
export function rowPerOutput(model: Pick<TransformerSpec, 'variant'>): boolean {
  return model.variant?.row_per_output ?? false;
}

/** Widths of queries, and of keys or values. */
export function attentionWidths(model: TransformerSpec): { q: number; kv: number } {
  return { q: model.n_heads * model.d_head, kv: variantOf(model).n_kv_heads * model.d_head };
}
