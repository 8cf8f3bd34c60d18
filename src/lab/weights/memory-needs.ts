/** How much memory a pre-trained model takes, before anything is loaded. */
import type { OptimizerConfig } from '#shared/config.ts';

const FLOAT_BYTES = 4;
/**
 * Values for each weight: itself, as it is and as the next step makes it, its gradient, the update while it is made, with
 * AdamW two moments, as they are and as they become, and where a batch is split the sums of its parts before and after
 * each. Measured on SmolLM2-135M (docs/pretrained-measured.md): 4.3 GB and 7.3 GB where 4.8 and 7.5 are said. A batch that is not
 * split takes less; one of 160 texts that is not split because the config says so took 8.0 GB of 9.1.
 */
const TRAINING = { adafactor: 7, adamw: 12 };
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
  /** Adafactor unless said. */
  optimizer?: OptimizerConfig['name'];
  /** Values that a step keeps for the way back; those of a part, 1 GiB, unless said. */
  activations?: number | null;
}

/** Weights that stay as they are: as they are read, and as the engine has them. */
const FROZEN = 2;

/**
 * Bytes that training in float32 takes: 4 · (7 · trained + 2 · frozen + 2^28), with AdamW 12 in place of 7. More where a
 * step keeps more than parts of 2^28 values and 2 · trained for adding them up: `micro_batch` or a long text asks for it.
 */
export function trainingMemory({
  parameters,
  frozen = 0,
  optimizer = 'adafactor',
  activations,
}: Sizes): number {
  const trained = parameters - frozen;
  const kept = Math.max(PART_ACTIVATIONS, (activations ?? 0) - ADDING * trained);
  return FLOAT_BYTES * (TRAINING[optimizer] * trained + FROZEN * frozen + kept);
}

/** Bytes that answering in float32 takes: 4 · (1.2 · parameters + 2^28). */
export function evaluationMemory({ parameters }: Sizes): number {
  return Math.ceil(FLOAT_BYTES * (EVALUATION * parameters + 2 * CACHE_VALUES));
}
