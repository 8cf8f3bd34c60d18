/**
 * From the model section of a config to a model with nothing left open: `null` fields take what the
 * architecture has, and shapes that cannot work are refused.
 */
import type { ModelConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';

/** Everything a transformer's shape depends on; all fields explicit. */
export interface ResolvedModel {
  architecture: ModelConfig['architecture'];
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
  /** `gelu` is exact (erf), `gelu_new` its tanh approximation. */
  activation: 'gelu' | 'gelu_new';
  /** Output projections start smaller by 1/sqrt(2 n_layers) (GPT-2 paper, section 2.3). */
  scaled_residual_init: boolean;
  init_std: number;
  layer_norm_eps: number;
}

/** What each architecture has where the config says `null`. */
const ARCHITECTURES = {
  'gpt-neox': {
    rotary_fraction: 0.25,
    parallel_residual: true,
    tied_head: false,
    activation: 'gelu',
    scaled_residual_init: false,
  },
  gpt2: {
    rotary_fraction: 0,
    parallel_residual: false,
    tied_head: true,
    activation: 'gelu_new',
    scaled_residual_init: true,
  },
} as const;

/**
 * Rotated dimensions of a head: as Hugging Face counts them (truncated), made even; a fraction above zero
 * rotates at least one pair.
 */
function rotaryDims(fraction: number, dHead: number): number {
  if (fraction === 0) return 0;
  return Math.max(2, 2 * Math.floor(Math.floor(fraction * dHead) / 2));
}

function checkHeads(config: ModelConfig): void {
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
 * @param config the model section of a config
 * @param text vocabulary size and the longest sequence of the corpus
 * @throws UserError where the shape cannot work
 */
export function resolveModel(
  config: ModelConfig,
  text: { vocab_size: number; n_ctx: number },
): ResolvedModel {
  checkHeads(config);
  const known = ARCHITECTURES[config.architecture];
  const fraction = config.rotary_fraction ?? known.rotary_fraction;
  checkRotary(config, fraction);
  const d_head = config.d_model / config.n_heads;
  const rotary_dims = rotaryDims(fraction, d_head);
  return {
    architecture: config.architecture,
    ...text,
    d_model: config.d_model,
    n_layers: config.n_layers,
    n_heads: config.n_heads,
    d_head,
    d_mlp: config.d_mlp ?? 4 * config.d_model,
    rotary_dims,
    learned_positions: rotary_dims === 0,
    parallel_residual: config.parallel_residual ?? known.parallel_residual,
    tied_head: config.tied_head ?? known.tied_head,
    activation: known.activation,
    scaled_residual_init: known.scaled_residual_init,
    init_std: config.init_std,
    layer_norm_eps: config.layer_norm_eps,
  };
}
