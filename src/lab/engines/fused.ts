/** Names of kernels beyond tfjs's own that an engine may offer; model code asks for them by name. */

/** Inputs x (N, D), weight (D), bias (D); attribute eps; outputs value (N, D), mean (N, 1), 1/std (N, 1). */
export const LAYER_NORMALIZATION = 'LayerNormalization';

/** Inputs x (P, V), labels (P) int32; output x - oneHot(labels), (P, V). */
export const SUBTRACT_ONE_HOT = 'SubtractOneHot';

/**
 * Inputs x (N, H, T, d_head), cos and sin (T, pairs); output like x, with pairs (i, i + pairs) of each head
 * rotated by position.
 */
export const ROTARY_EMBEDDING = 'RotaryEmbedding';

/** Inputs test (), a, b of the same shape; output a where test is a finite number, else b. */
export const WHERE_FINITE = 'WhereFinite';

/**
 * A step of AdamW (optimizers/adamw.ts). Inputs parameters, first, second and gradient (N), scale () of the
 * gradient, eps (), rates and kept () or (R, 1), where R divides N; attributes beta1 and beta2; outputs parameters,
 * first and second after the step, which may be the next state and nothing else.
 */
export const ADAMW_STEP = 'AdamWStep';

/** The largest float32: a comparison with it is false for infinity and for what is no number. */
export const LARGEST_FINITE = 3.4028234663852886e38;
