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

/** A part of a batch, and which share of the batch's weight its targets have. */
export interface BatchPart {
  part: Batch;
  share: number;
}

/**
 * Splits a batch into parts of so many rows; those whose targets do not count are left out.
 * @param shape of the batch
 * @param rows of a part
 */
export function splitBatch(batch: Batch, shape: BatchShape, rows: number): BatchPart[] {
  const partShape = { ...shape, rows, positions: Math.ceil(shape.positions / shape.rows) * rows };
  const total = batch.weights.reduce((sum, weight) => sum + weight, 0);
  const parts = Array.from({ length: Math.ceil(shape.rows / rows) }, (_, i) =>
    partOf(batch, partShape, i * rows * shape.length),
  );
  return parts.flatMap((part) => {
    const weight = part.weights.reduce((sum, weight) => sum + weight, 0);
    return weight > 0 ? [{ part, share: weight / total }] : [];
  });
}

/** The rows from a place in `tokens` on. */
function partOf(batch: Batch, shape: BatchShape, from: number): Batch {
  const to = from + shape.rows * shape.length;
  const part = emptyBatch(shape, 0);
  part.tokens.set(batch.tokens.subarray(from, to));
  let slot = 0;
  batch.positions.forEach((position, i) => {
    if (position < from || position >= to || batch.weights[i] === 0) return;
    part.positions[slot] = position - from;
    part.labels[slot] = batch.labels[i];
    part.weights[slot++] = batch.weights[i];
  });
  return part;
}
