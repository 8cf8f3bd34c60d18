/**
 * State vectors in blocks, for devices that limit the size of a buffer. A vector that is used in parts (weights) is
 * cut between parts, and its blocks are entries of their own; one that fits stays as it is, under its own name.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Specs, TensorData, Tensors, TensorSpec } from '../engine.ts';

/** The element types of a state take 4 bytes each. */
const BYTES = 4;

const product = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** Bytes of an entry. */
export function bytesOf({ shape }: Pick<TensorSpec, 'shape'>): number {
  return BYTES * product(shape);
}

/** The name of one block of an entry, counted from 0. */
export function blockName(entry: string, block: number): string {
  return `${entry}/${block}`;
}

/** Sums of neighbours, as few as can be, none above `most` unless it is of one size only. */
function packed(sizes: readonly number[], most: number): number[] {
  const blocks: number[] = [];
  for (const size of sizes) {
    const last = blocks.length - 1;
    if (last >= 0 && blocks[last] + size <= most) blocks[last] += size;
    else blocks.push(size);
  }
  return blocks;
}

/**
 * The blocks that an entry is kept in: the last axis is cut between parts, so that no block takes more bytes than
 * `limit` unless a part alone does. One block is the entry itself.
 */
export function blocksOf(spec: TensorSpec, limit: number): TensorSpec[] {
  const { parts, shape, dtype } = spec;
  if (!parts || bytesOf(spec) <= limit) return [spec];
  const rows = shape.slice(0, -1);
  const most = Math.floor(limit / bytesOf({ shape: rows }));
  return packed(parts, most).map((size) => ({ shape: [...rows, size], dtype }));
}

/** Entries that are kept in blocks, those of several alone, by name. */
export type Cuts = ReadonlyMap<string, readonly TensorSpec[]>;

/** How the entries of a program are cut. */
export function cutsOf(specs: Specs, limit: number): Cuts {
  const blocks = Object.entries(specs).map(([name, spec]) => [name, blocksOf(spec, limit)] as const);
  return new Map(blocks.filter(([, cut]) => cut.length > 1));
}

/** Entries as they are kept. */
export function cutSpecs(specs: Specs, cuts: Cuts): Specs {
  return Object.fromEntries(
    Object.entries(specs).flatMap(([name, spec]) => {
      const blocks = cuts.get(name);
      return blocks
        ? blocks.map((block, i) => [blockName(name, i), block] as const)
        : [[name, spec] as const];
    }),
  );
}

const widthOf = ({ shape }: TensorSpec): number => shape[shape.length - 1];

/** An entry's values as its blocks hold them; views where there is one row. */
export function cutData<T extends TensorData>(data: T, blocks: readonly TensorSpec[]): T[] {
  const width = blocks.reduce((sum, block) => sum + widthOf(block), 0);
  const rows = data.length / width;
  let from = 0;
  return blocks.map((block) => {
    const [begin, size] = [from, widthOf(block)];
    from += size;
    if (rows === 1) return data.subarray(begin, begin + size) as T;
    const own = new (data.constructor as new (length: number) => T)(rows * size);
    for (let row = 0; row < rows; row++)
      own.set(data.subarray(row * width + begin, row * width + begin + size), row * size);
    return own;
  });
}

/** An entry's values, from those of its blocks. */
export function joinedData(parts: readonly TensorData[], blocks: readonly TensorSpec[]): TensorData {
  const width = blocks.reduce((sum, block) => sum + widthOf(block), 0);
  const rows = parts[0].length / widthOf(blocks[0]);
  const whole =
    parts[0] instanceof Float32Array ? new Float32Array(rows * width) : new Int32Array(rows * width);
  let from = 0;
  blocks.forEach((block, i) => {
    const size = widthOf(block);
    for (let row = 0; row < rows; row++)
      whole.set(parts[i].subarray(row * size, (row + 1) * size), row * width + from);
    from += size;
  });
  return whole;
}

/** An entry as a program is given it, in order: its blocks, or itself. */
export function heldBlocks(state: Tensors, entry: string): tf.Tensor[] {
  if (entry in state) return [state[entry]];
  const blocks: tf.Tensor[] = [];
  while (blockName(entry, blocks.length) in state) blocks.push(state[blockName(entry, blocks.length)]);
  if (blocks.length === 0) throw new Error(`the program's state has no ${entry}`);
  return blocks;
}

/** An entry as a program leaves it; the other way round than {@link heldBlocks}. */
export function asEntries(entry: string, blocks: readonly tf.Tensor[]): Tensors {
  if (blocks.length === 1) return { [entry]: blocks[0] };
  return Object.fromEntries(blocks.map((block, i) => [blockName(entry, i), block]));
}

/**
 * Parts of a vector as its blocks hold them.
 * @param items one for each part, in order, with its number of elements
 * @param blocks (n) each
 */
export function inBlocks<T extends { size: number }>(
  items: readonly T[],
  blocks: readonly Pick<tf.Tensor, 'size'>[],
): T[][] {
  let next = 0;
  return blocks.map(({ size }) => {
    const own: T[] = [];
    for (let left = size; left > 0 && next < items.length; left -= items[next++].size) own.push(items[next]);
    return own;
  });
}
