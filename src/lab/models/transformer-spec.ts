/**
 * A transformer with nothing left open: `null` fields of the model section take what the style has, and shapes that
 * cannot work are refused.
 */
import type { ModelConfig } from '#shared/config.ts';
import type { ModelSpec } from './architecture.ts';
import { UserError } from '#shared/errors.ts';
import type { Activation } from './layers.ts';

/** Styles of transformers; the first two can be learnt from scratch. */
type TransformerName = 'gpt2' | 'gpt-neox' | 'gpt-neo' | 'gpt-j' | 'llama';

/** Everything a transformer's shape depends on; all fields explicit. */
export interface TransformerSpec extends ModelSpec {
  architecture: TransformerName;
  vocab_size: number;
  /** Longest sequence the model reads. */
  n_ctx: number;
  d_model: number;
  n_layers: number;
  n_heads: number;
  /** Width of one head: `d_model / n_heads`. */
  d_head: number;
  d_mlp: number;
  /** Leading dimensions of each head that are rotated by position; even, 0 for none. */
  rotary_dims: number;
  /** A table of positions is learned; models without rotary positions have one. */
  learned_positions: boolean;
  parallel_residual: boolean;
  tied_head: boolean;
  activation: Activation;
  /** Output projections start smaller by 1/sqrt(2 n_layers) (GPT-2 paper, section 2.3). */
  scaled_residual_init: boolean;
  init_std: number;
  layer_norm_eps: number;
  /** What only pre-trained models have; absent in those that are learnt from scratch. */
  variant?: TransformerVariant;
}

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
  /**
   * Linear weights have a row for each output, as most folders have them; absent in what earlier versions kept. A few
   * rows of text times a large weight, as answers need it, are read off memory in its order then.
   */
  row_per_output?: boolean;
}

/** What an architecture has where the config says `null`, and what it has in any case. */
export type TransformerStyle = Pick<
  TransformerSpec,
  'architecture' | 'parallel_residual' | 'tied_head' | 'activation' | 'scaled_residual_init'
> & { rotary_fraction: number };

/** What the texts decide. */
export interface TextSizes {
  vocab_size: number;
  /** Longest sequence that is read. */
  n_ctx: number;
}

/**
 * Rotated dimensions of a head: as Hugging Face counts them (truncated), made even; a fraction above zero
 * rotates at least one pair.
 */
function rotaryDims(fraction: number, dHead: number): number {
  if (fraction === 0) return 0;
  return Math.max(2, 2 * Math.floor(Math.floor(fraction * dHead) / 2));
}

/** @throws UserError `model.heads` */
export function checkHeads(config: ModelConfig): void {
  if (config.d_model % config.n_heads !== 0) {
    throw new UserError(
      'model.heads',
      `model.n_heads is ${config.n_heads}, which does not divide model.d_model (${config.d_model}); choose a divisor of ${config.d_model}.`,
    );
  }
}

function checkRotary(config: ModelConfig, fraction: number): void {
  const dHead = config.d_model / config.n_heads;
  if (fraction > 0 && dHead < 2) {
    throw new UserError(
      'model.rotary',
      `model.n_heads is ${config.n_heads}, which leaves heads of width ${dHead}, too narrow for rotary positions; use fewer heads or set model.rotary_fraction to 0.`,
    );
  }
}

/**
 * Fills in what the architecture has.
 * @throws UserError where the shape cannot work
 */
export function resolveTransformer(
  style: TransformerStyle,
  config: ModelConfig,
  text: TextSizes,
): TransformerSpec {
  checkHeads(config);
  const fraction = config.rotary_fraction ?? style.rotary_fraction;
  checkRotary(config, fraction);
  const d_head = config.d_model / config.n_heads;
  const rotary_dims = rotaryDims(fraction, d_head);
  return {
    architecture: style.architecture,
    ...text,
    d_model: config.d_model,
    n_layers: config.n_layers,
    n_heads: config.n_heads,
    d_head,
    d_mlp: config.d_mlp ?? 4 * config.d_model,
    rotary_dims,
    learned_positions: rotary_dims === 0,
    parallel_residual: config.parallel_residual ?? style.parallel_residual,
    tied_head: config.tied_head ?? style.tied_head,
    activation: style.activation,
    scaled_residual_init: style.scaled_residual_init,
    init_std: config.init_std,
    layer_norm_eps: config.layer_norm_eps,
  };
}
