/**
 * Rows added up at indices: the gradient of a lookup.
 *
 * ONNX Runtime's CPU kernel of ScatterND gives every thread a part of the rows, and two threads that add to the
 * same sum at once lose what one of them added (1.30: of 1400 ones added to one element up to 1225 were missing).
 * It uses one thread where there is little to do. With several threads the sums are therefore computed in blocks
 * of columns, each that small; every sum adds the same numbers in the same order as without.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { TracingBackend } from '../backend.ts';
import type { GraphNode } from '../graph.ts';
import { DATA_TYPES } from '../proto.ts';
import { reshaped } from './kernel.ts';

/**
 * Elements that ScatterND adds on one thread, with a margin: ONNX Runtime counts one cycle for each and takes a
 * second thread from 210 000 cycles on.
 */
const ONE_THREAD = 150_000;

interface RowSum {
  /** (n, 1) int64 */
  places: string;
  /** (n, width) */
  rows: string;
  count: number;
}

/** What nodes that hold sums on zeros add up. */
const onZeros = new WeakMap<GraphNode, RowSum>();

/** Widths of blocks of columns, as equal as can be; one block where a node may be of any size. */
function blockWidths({ threads }: TracingBackend, count: number, width: number): number[] {
  const limit = (threads ?? 1) > 1 ? Math.max(1, Math.floor(ONE_THREAD / count)) : width;
  const blocks = Math.ceil(width / limit);
  return Array.from(
    { length: blocks },
    (_, i) => Math.floor(((i + 1) * width) / blocks) - Math.floor((i * width) / blocks),
  );
}

/** Blocks of columns of a value. */
function columns(backend: TracingBackend, name: string, widths: number[]): string[] {
  if (widths.length === 1) return [name];
  return backend.graph.multiNode('Split', [name, backend.graph.ints(...widths)], widths.length, { axis: 1 });
}

/** Rows added up onto zeros (`onto` null), or onto a value of the shape. */
function added(
  backend: TracingBackend,
  sum: RowSum,
  onto: string | null,
  shape: number[],
): { name: string; node: GraphNode | undefined } {
  const widths = blockWidths(backend, sum.count, shape[1]);
  const bases = onto === null ? [] : columns(backend, onto, widths);
  const sums = columns(backend, sum.rows, widths).map((rows, i) => {
    const base = bases[i] ?? backend.nameOf(backend.fill(0, [shape[0], widths[i]], 'float32'));
    return backend.graph.node('ScatterND', [base, sum.places, rows], { reduction: 'add' });
  });
  const name = sums.length === 1 ? sums[0] : backend.graph.node('Concat', sums, { axis: 1 });
  return { name, node: backend.graph.producer(name) };
}

/**
 * Rows (n, width) added up on zeros (m, width), at int32 indices (n).
 * @throws Error if the rows are no matrix, or if there are so many that one column is too much for one thread
 */
export function rowsOntoZeros(
  backend: TracingBackend,
  rows: tf.TensorInfo,
  indices: tf.TensorInfo,
  size: number,
): tf.TensorInfo {
  const [count, width] = rows.shape;
  if (rows.shape.length !== 2) throw new Error('rows can be added up in a matrix only');
  if ((backend.threads ?? 1) > 1 && count > ONE_THREAD)
    throw new Error(`${count} rows cannot be added up safely with several threads; use one`);
  const column = reshaped(backend, indices, [count, 1]);
  const places = backend.graph.node('Cast', [backend.nameOf(column)], { to: DATA_TYPES.int64 });
  const sum = { places, rows: backend.nameOf(rows), count };
  const { name, node } = added(backend, sum, null, [size, width]);
  if (node) onZeros.set(node, sum);
  return backend.value(name, [size, width], rows.dtype);
}

/** Sums on zeros, to which `onto` is to be added: the same sums on `onto`. Null for any other value. */
export function ontoInstead(
  backend: TracingBackend,
  sums: tf.TensorInfo,
  onto: tf.TensorInfo,
): tf.TensorInfo | null {
  const producer = backend.graph.producer(backend.nameOf(sums));
  const sum = producer && onZeros.get(producer);
  if (!sum) return null;
  const { name } = added(backend, sum, backend.nameOf(onto), sums.shape);
  return backend.value(name, sums.shape, sums.dtype);
}
