/** How much memory a pre-trained model takes, before anything is loaded. */

const FLOAT_BYTES = 4;
/**
 * Weights as they are and as the next step makes them, those that a run begins with, gradients of each weight and their
 * sum, the update while it is made: seven times the weights, measured on SmolLM2-135M (docs/pretrained.md).
 */
const TRAINING = 7;
/** Weights 1, and a fifth for the logits and activations of a batch. */
const EVALUATION = 1.2;

/**
 * Float32 values that a part of a step keeps for the way back, 1 GiB of them. It is not what a machine has free: how
 * gradients round must not depend on that.
 */
export const PART_ACTIVATIONS = 2 ** 28;

/** Values of keys and values in a key–value cache, 512 MiB of them; as many again lie in what was read last. */
export const CACHE_VALUES = 2 ** 27;

interface Sizes {
  parameters: number;
  /** Those that are read and never changed; none unless said. */
  frozen?: number;
}

/** Weights that stay as they are: as they are read, and as the engine has them. */
const FROZEN = 2;

/** Bytes that training with Adafactor in float32 takes: 4 · (7 · trained + 2 · frozen + 2^28). */
export function trainingMemory({ parameters, frozen = 0 }: Sizes): number {
  return FLOAT_BYTES * (TRAINING * (parameters - frozen) + FROZEN * frozen + PART_ACTIVATIONS);
}

/** Bytes that answering in float32 takes: 4 · (1.2 · parameters + 2^28). */
export function evaluationMemory({ parameters }: Sizes): number {
  return Math.ceil(FLOAT_BYTES * (EVALUATION * parameters + 2 * CACHE_VALUES));
}
