/** A T5 (Raffel et al., arXiv 1910.10683, section 2.1), with nothing left open. */
import type { ModelConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import type { ModelSpec } from './architecture.ts';
import type { Activation } from './layers.ts';
import { checkHeads, type TextSizes } from './transformer-spec.ts';

export interface T5Spec extends ModelSpec {
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

/** `model.init_std` that leaves the values that weights start from as they are. */
const PLAIN_STD = 0.02;

/**
 * A T5 v1.0 learnt from scratch, its decoder as deep as its encoder. It begins to write with padding, as T5 does.
 * @throws UserError `model.*` where the shape cannot work, or a field has no meaning here
 */
export function resolveT5(config: ModelConfig, { vocab_size }: Pick<TextSizes, 'vocab_size'>): T5Spec {
  checkHeads(config);
  checkMeaning(config);
  const tied_head = config.tied_head ?? true;
  return {
    architecture: 't5',
    vocab_size,
    d_model: config.d_model,
    n_layers: config.n_layers,
    n_decoder_layers: config.n_layers,
    n_heads: config.n_heads,
    d_head: config.d_model / config.n_heads,
    d_mlp: config.d_mlp ?? 4 * config.d_model,
    activation: 'relu',
    gated: false,
    position_buckets: 32,
    furthest_position: 128,
    tied_head,
    scaled_head: tied_head,
    layer_norm_eps: config.layer_norm_eps,
    init_factor: config.init_std / PLAIN_STD,
    start_id: 0,
  };
}

function checkMeaning({ rotary_fraction, parallel_residual }: ModelConfig): void {
  const meaningless: [field: string, value: unknown, why: string][] = [
    ['rotary_fraction', rotary_fraction || null, 'a T5 tells positions by their distance'],
    ['parallel_residual', parallel_residual || null, 'attention and MLP of a T5 follow each other'],
  ];
  for (const [field, value, why] of meaningless)
    if (value !== null)
      throw new UserError(
        `model.${field}`,
        `model.${field} is ${JSON.stringify(value)}, and ${why}; set it to null, or take another model.architecture`,
      );
}
