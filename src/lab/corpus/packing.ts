/**
 * Packs a batch so that nothing is computed twice. Attention is causal: what a model knows after some tokens
 * depends on those tokens alone, so texts that begin alike share rows, and padding needs none. What the first
 * block computes before attention depends on one token (and, with learned positions, its place) alone.
 * Losses and gradients are those of the plain batch.
 */
import type { Batch, BatchShape } from './batch.ts';

/** How many rows of each kind a packed batch has room for. */
export interface Packing {
  /** R: distinct beginnings of texts. */
  rows: number;
  /** U: distinct tokens, or pairs of token and place. */
  distinct: number;
}

/** A packed batch. Unused entries are 0 and reach nothing that counts. */
export interface PackedBatch {
  packing: Packing;
  /** (U) */
  tokens: Int32Array;
  /** (U) place of each token in its text; 0 where places do not matter. */
  places: Int32Array;
  /** (R) which of `tokens` a row reads. */
  sources: Int32Array;
  /**
   * (paths × length) the row at each place of each path. There is a path for each target where there are no
   * more targets than texts, else one for each text.
   */
  grid: Int32Array;
  /** (R) one cell of `grid` that holds the row. */
  cells: Int32Array;
  /** (P) the row after which a token is predicted. */
  positions: Int32Array;
  /** (P) its cell; target i lies on path i where each target has a path of its own. */
  target_cells: Int32Array;
  /** (P) */
  labels: Int32Array;
  /** (P) */
  weights: Float32Array;
}

/**
 * How sizes are rounded up. `fine`: to a 32nd of the plain batch. `few`, where a program takes longer to compile than
 * all its steps: to a quarter. `coarse`, where it takes seconds: to the whole, three quarters, a half, three eighths, …
 * of it.
 */
export type Rounding = 'fine' | 'few' | 'coarse';

/** Into how many equal steps the plain batch is divided. */
const SIZES = { fine: 32, few: 4 };

/** From this share of the rows on, distinct tokens are not worth the detour. */
const WORTH_SHARING = 0.75;

/** A path to pack: a text up to its last target that counts. */
interface Path {
  text: number;
  /** Last place. */
  end: number;
}

function pathsOf(batch: Batch, shape: BatchShape): Path[] {
  const { rows, length, positions } = shape;
  const targets = Array.from(batch.positions, (cell) => ({
    text: Math.floor(cell / length),
    end: cell % length,
  }));
  if (positions <= rows) return targets;
  const ends = new Int32Array(rows);
  targets.forEach(({ text, end }, i) => {
    if (batch.weights[i] !== 0) ends[text] = Math.max(ends[text], end);
  });
  return Array.from(ends, (end, text) => ({ text, end }));
}

function roundUp(count: number, limit: number, rounding: Rounding): number {
  if (rounding === 'coarse') return roundCoarsely(count, limit);
  const step = Math.ceil(limit / SIZES[rounding]);
  return Math.min(limit, Math.ceil(count / step) * step);
}

function roundCoarsely(count: number, limit: number): number {
  let size = limit;
  while (size / 2 >= Math.max(1, count)) size /= 2;
  return Math.ceil(0.75 * size >= count ? 0.75 * size : size);
}

function resized(values: Int32Array, length: number): Int32Array {
  const array = new Int32Array(length);
  array.set(values.subarray(0, length));
  return array;
}

/** Keys without their repeats, in the order in which they first come; `of` says which each was. */
function distinct(keys: ArrayLike<number>): { first: Int32Array; of: Int32Array } {
  const numbers = new Map<number, number>();
  const first = new Int32Array(keys.length);
  const of = Int32Array.from(keys, (key, i) => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    first[numbers.size] = i;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  });
  return { first: first.slice(0, numbers.size), of };
}

/** Rows in place of cells: `cells` of each row, and the row of each cell. */
interface Rows {
  grid: Int32Array;
  cells: Int32Array;
  count: number;
}

/** One row for each distinct beginning of a path; there is room for at least so many. */
function sharedRows(
  { tokens }: Batch,
  length: number,
  paths: readonly Path[],
  { atLeast, rounding }: { atLeast: number; rounding: Rounding },
): Rows {
  const grid = new Int32Array(paths.length * length);
  const cells = new Int32Array(grid.length);
  const rows = new Map<number, number>();
  paths.forEach(({ text, end }, path) => {
    let before = 0; // 0 stands for the beginning, r + 1 for row r
    for (let place = 0; place <= end; place++) {
      const key = before * 2 ** 26 + tokens[text * length + place];
      const cell = path * length + place;
      const row = rows.get(key) ?? rows.size;
      if (row === rows.size) cells[row] = cell;
      rows.set(key, row);
      grid[cell] = row;
      before = row + 1;
    }
  });
  const count = Math.max(roundUp(rows.size, grid.length, rounding), atLeast);
  return { grid, cells: resized(cells, count), count };
}

/** Each cell a row of its own. */
function plainRows(count: number): Rows {
  const grid = Int32Array.from({ length: count }, (_, i) => i);
  return { grid, cells: grid, count };
}

/** Distinct tokens of the rows, where there are few enough; otherwise each row's own. */
function sharedTokens(
  tokens: Int32Array,
  places: Int32Array,
  length: number,
  { limit, atLeast, rounding }: { limit: number; atLeast: number; rounding: Rounding },
) {
  const { first, of } = distinct(tokens.map((token, row) => token * length + places[row]));
  const count = Math.max(roundUp(first.length, limit, rounding), atLeast);
  if (count > WORTH_SHARING * tokens.length) {
    return { tokens, places, sources: Int32Array.from(tokens, (_, row) => row) };
  }
  const pick = (values: Int32Array) =>
    resized(
      first.map((row) => values[row]),
      count,
    );
  return { tokens: pick(tokens), places: pick(places), sources: of };
}

export interface PackingOptions {
  /** Room that there must be. */
  atLeast?: Packing;
  rounding?: Rounding;
}

/**
 * Packs a batch; sizes are as small as it allows, in steps.
 * @param byPlace whether a token at another place is another token (learned positions)
 */
export function packBatch(
  batch: Batch,
  shape: BatchShape,
  byPlace: boolean,
  { atLeast = { rows: 0, distinct: 0 }, rounding = 'fine' }: PackingOptions = {},
): PackedBatch {
  const { length, positions } = shape;
  const paths = pathsOf(batch, shape);
  const shared = sharedRows(batch, length, paths, { atLeast: atLeast.rows, rounding });
  const rows = shared.count < shared.grid.length ? shared : plainRows(shared.grid.length);
  const texts = rows.cells.map((cell) => paths[Math.floor(cell / length)].text);
  const places = rows.cells.map((cell) => cell % length);
  const read = sharedTokens(
    texts.map((text, row) => batch.tokens[text * length + places[row]]),
    byPlace ? places : new Int32Array(places.length),
    length,
    { limit: rows.grid.length, atLeast: atLeast.distinct, rounding },
  );
  const target_cells =
    positions <= shape.rows
      ? batch.positions.map((cell, i) => i * length + (cell % length))
      : batch.positions;
  return {
    packing: { rows: rows.count, distinct: read.tokens.length },
    ...read,
    grid: rows.grid,
    cells: rows.cells,
    positions: target_cells.map((cell) => rows.grid[cell]),
    target_cells,
    labels: batch.labels,
    weights: batch.weights,
  };
}

/**
 * Packs the batches of several seeds to one size, that of the largest: the same program then computes them all.
 * Unused rows cost time and change nothing.
 */
export function packAlike(
  batches: readonly Batch[],
  shape: BatchShape,
  byPlace: boolean,
  rounding: Rounding = 'fine',
): PackedBatch[] {
  const packed = batches.map((batch) => packBatch(batch, shape, byPlace, { rounding }));
  if (packed.length === 1) return packed;
  const alone = packed.map(({ packing }) => packing);
  const largest = {
    rows: Math.max(...alone.map(({ rows }) => rows)),
    distinct: Math.max(...alone.map(({ distinct }) => distinct)),
  };
  return batches.map((batch) => packBatch(batch, shape, byPlace, { atLeast: largest, rounding }));
}
