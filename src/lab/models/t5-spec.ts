/** A T5 (Raffel et al., arXiv 1910.10683, section 2.1), with nothing left open. */
import type { Activation } from './layers.ts';

export interface T5Spec {
  architecture: 't5';
  vocab_size: number;
  d_model: number;
  /** Layers of the encoder. */
  n_layers: number;
  n_decoder_layers: number;
  n_heads: number;
  /** Width of one head; not always `d_model / n_heads`. */
  d_head: number;
  d_mlp: number;
  activation: Activation;
  gated: boolean;
  /** Distances that are told apart. */
  position_buckets: number;
  /** From this distance on they are all one. */
  furthest_position: number;
  tied_head: boolean;
  /** What the head reads is multiplied by `d_model ** -0.5` (v1.0). */
  scaled_head: boolean;
  layer_norm_eps: number;
  /** Scale of the values that weights start from. */
  init_factor: number;
  /** The token that a decoder begins with. */
  start_id: number;
}
