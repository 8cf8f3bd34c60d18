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
  /** Place of the last token of each row that others look at, where texts are filled up and padding counts. */
  ends?: Int32Array;
  /** For a model that has an encoder. */
  input?: BatchInput;
}

/** What an encoder reads, an input for each row. */
interface BatchInput {
  /** `rows × input` tokens, padded at the end of each. */
  tokens: Int32Array;
  /** Place of the last token of each; what comes after is padding. */
  ends: Int32Array;
}

/** The static shape of all batches of a stage. */
export interface BatchShape {
  rows: number;
  length: number;
  positions: number;
  /** Tokens of the longest input, for a model that has an encoder; 0 without. */
  input?: number;
  /** Padding counts, and nothing looks at it. */
  filled?: boolean;
}

/** Unused positions point at the first token with weight 0. */
export function emptyBatch({ rows, length, positions, input = 0, filled }: BatchShape, padId: number): Batch {
  return {
    ...(input > 0 && {
      input: { tokens: new Int32Array(rows * input).fill(padId), ends: new Int32Array(rows) },
    }),
    ...(filled && { ends: new Int32Array(rows) }),
    tokens: new Int32Array(rows * length).fill(padId),
    positions: new Int32Array(positions),
    labels: new Int32Array(positions).fill(padId),
    weights: new Float32Array(positions),
  };
}

/** Gives a row its input; without one, where a model has no encoder, nothing. */
export function setInput({ input }: Batch, row: number, ids: Int32Array): void {
  if (!input || ids.length === 0) return;
  input.tokens.set(ids, row * (input.tokens.length / input.ends.length));
  input.ends[row] = ids.length - 1;
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
    partOf(batch, partShape, i * rows),
  );
  return parts.flatMap((part) => {
    const weight = part.weights.reduce((sum, weight) => sum + weight, 0);
    return weight > 0 ? [{ part, share: weight / total }] : [];
  });
}

/** The rows from one on. */
function partOf(batch: Batch, shape: BatchShape, row: number): Batch {
  const [from, to] = [row * shape.length, (row + shape.rows) * shape.length];
  const part = emptyBatch(shape, 0);
  part.tokens.set(batch.tokens.subarray(from, to));
  if (batch.input && part.input) {
    const width = shape.input ?? 0;
    part.input.tokens.set(batch.input.tokens.subarray(row * width, (row + shape.rows) * width));
    part.input.ends.set(batch.input.ends.subarray(row, row + shape.rows));
  }
  if (batch.ends) part.ends?.set(batch.ends.subarray(row, row + shape.rows));
  let slot = 0;
  batch.positions.forEach((position, i) => {
    if (position < from || position >= to || batch.weights[i] === 0) return;
    part.positions[slot] = position - from;
    part.labels[slot] = batch.labels[i];
    part.weights[slot++] = batch.weights[i];
  });
  return part;
}
