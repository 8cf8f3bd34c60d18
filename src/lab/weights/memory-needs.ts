/** How much memory a pre-trained model takes, before anything is loaded. */

const FLOAT_BYTES = 4;
/**
 * Weights as they are and as the next step makes them, gradients of each weight, the update while it is made, and where
 * a batch is split the sums of its parts before and after each: nine times the weights, measured on SmolLM2-135M
 * (docs/pretrained-measured.md). A batch that is not split takes some six, and its activations in place of what sums take.
 */
const TRAINING = 9;
/** Weights 1, and a fifth for the logits and activations of a batch. */
const EVALUATION = 1.2;

/**
 * Float32 values that a part of a step keeps for the way back, 1 GiB of them. It is not what a machine has free: how
 * gradients round must not depend on that.
 */
export const PART_ACTIVATIONS = 2 ** 28;

/** What splitting a batch takes beside, in values for each that is trained: sums of gradients before and after a part. */
export const ADDING = 2;

/** Values of keys and values in a key–value cache, 512 MiB of them; as many again lie in what was read last. */
export const CACHE_VALUES = 2 ** 27;

interface Sizes {
  parameters: number;
  /** Those that are read and never changed; none unless said. */
  frozen?: number;
}

/** Weights that stay as they are: as they are read, and as the engine has them. */
const FROZEN = 2;

/** Bytes that training with Adafactor in float32 takes: 4 · (9 · trained + 2 · frozen + 2^28). */
export function trainingMemory({ parameters, frozen = 0 }: Sizes): number {
  return FLOAT_BYTES * (TRAINING * (parameters - frozen) + FROZEN * frozen + PART_ACTIVATIONS);
}

/** Bytes that answering in float32 takes: 4 · (1.2 · parameters + 2^28). */
export function evaluationMemory({ parameters }: Sizes): number {
  return Math.ceil(FLOAT_BYTES * (EVALUATION * parameters + 2 * CACHE_VALUES));
}
