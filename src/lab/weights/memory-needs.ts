/** How much memory a pre-trained model takes, before anything is loaded. */

export interface MemoryShape {
  parameters: number;
  /** Float32 values that one step keeps beside weights and optimiser, as `activationsOf` counts them. */
  activations?: number;
}

const FLOAT_BYTES = 4;
/** Weights 1, gradients 1, and ½ for Adafactor's factored state and the largest tensor's update while it is made. */
const TRAINING = 2.5;
/** Weights 1, and a fifth for keys, values and the logits of a batch. */
const EVALUATION = 1.2;

/** Bytes that training with Adafactor in float32 takes: 4 · (2.5 · parameters + activations). */
export function trainingMemory({ parameters, activations = 0 }: MemoryShape): number {
  return Math.ceil(FLOAT_BYTES * (TRAINING * parameters + activations));
}

/** Bytes that answering in float32 takes: 4 · 1.2 · parameters. */
export function evaluationMemory({ parameters }: Pick<MemoryShape, 'parameters'>): number {
  return Math.ceil(FLOAT_BYTES * EVALUATION * parameters);
}

/** Tokens of a text in the paper's pre-trained runs. */
const TOKENS = 48;

/**
 * Roughly what one text of `tokens` keeps for the way back, in float32 values: per layer and token 18 times the width
 * (two norms, queries, keys, values, attention's output and its projection, the wide layer before and after its
 * activation, two residuals) and twice the attention's row per head; at the end logits and their gradient.
 * @param config `config.json`; sizes that it does not name count as none
 */
export function activationsOf(config: Readonly<Record<string, unknown>>, tokens = TOKENS): number {
  const size = (...names: string[]) =>
    names.map((name) => config[name]).find((value) => typeof value === 'number') ?? 0;
  const width = size('hidden_size', 'n_embd', 'd_model');
  const layers = size('num_hidden_layers', 'num_layers', 'n_layer');
  const heads = size('num_attention_heads', 'num_heads', 'n_head');
  return tokens * (layers * (18 * width + 2 * heads * tokens) + 2 * size('vocab_size'));
}
