/** The fixed-shape arrays that training and evaluation steps read. */

/** What a model reads in one step: `rows × length` tokens, and the positions that carry a loss. */
export interface Batch {
  /** Row after row, padded at the end of each. */
  tokens: Int32Array;
  /** Indices into `tokens`; the model predicts the token after each. */
  positions: Int32Array;
  /** The tokens to predict. */
  labels: Int32Array;
  /** 1, or 0 where a position is padding. */
  weights: Float32Array;
}

/** The static shape of all batches of a stage. */
export interface BatchShape {
  rows: number;
  length: number;
  positions: number;
}

/** Unused positions point at the first token with weight 0. */
export function emptyBatch({ rows, length, positions }: BatchShape, padId: number): Batch {
  return {
    tokens: new Int32Array(rows * length).fill(padId),
    positions: new Int32Array(positions),
    labels: new Int32Array(positions).fill(padId),
    weights: new Float32Array(positions),
  };
}

/** Lets one position carry a loss. */
export function setPosition(batch: Batch, slot: number, position: number, label: number): void {
  batch.positions[slot] = position;
  batch.labels[slot] = label;
  batch.weights[slot] = 1;
}
