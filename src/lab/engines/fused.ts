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

/** The largest float32: a comparison with it is false for infinity and for what is no number. */
export const LARGEST_FINITE = 3.4028234663852886e38;
