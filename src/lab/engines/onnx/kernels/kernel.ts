/** What a kernel of the tracing backend looks like, and helpers they share. */
import * as tf from '@tensorflow/tfjs-core';
import type { TracingBackend } from '../backend.ts';
import type { GraphNode } from '../graph.ts';
import { DATA_TYPES } from '../proto.ts';

export type Inputs = Record<string, tf.TensorInfo>;

/** Appends to the backend's graph what a tfjs kernel computes. */
export type Kernel<A = object> = (
  backend: TracingBackend,
  inputs: Inputs,
  attributes: A,
) => tf.TensorInfo | tf.TensorInfo[];

/** Kernels by tfjs name; `attributes` are what tfjs passes under that name. */
export type Kernels = Record<string, Kernel<never>>;

/** The same elements in another shape. Reshapes of reshapes and of constants cost nothing. */
export function reshaped(backend: TracingBackend, x: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  const constant = backend.reshapedConstant(x, shape);
  if (constant) return constant;
  if (tf.util.arraysEqual(x.shape, shape)) return backend.value(backend.nameOf(x), shape, x.dtype);
  const name = backend.nameOf(x);
  const before = backend.graph.producer(name);
  const source = before?.op === 'Reshape' ? before.inputs[0] : name;
  return backend.emit('Reshape', [source, backend.graph.ints(...shape)], { shape, dtype: x.dtype });
}

/** ScatterND nodes that add rows onto zeros. */
const ontoZeros = new WeakSet<GraphNode>();

/** Rows (n, …) added up on zeros of a shape, at int32 indices (n). */
export function scatteredOntoZeros(
  backend: TracingBackend,
  rows: tf.TensorInfo,
  indices: tf.TensorInfo,
  shape: number[],
): tf.TensorInfo {
  const zeros = backend.nameOf(backend.fill(0, shape, rows.dtype));
  const column = reshaped(backend, indices, [indices.shape[0], 1]);
  const places = backend.graph.node('Cast', [backend.nameOf(column)], { to: DATA_TYPES.int64 });
  const inputs = [zeros, places, backend.nameOf(rows)];
  const sum = backend.emit('ScatterND', inputs, { shape, dtype: rows.dtype }, { reduction: 'add' });
  const node = backend.graph.producer(backend.nameOf(sum));
  if (node) ontoZeros.add(node);
  return sum;
}

/** Whether a node is one of {@link scatteredOntoZeros}. */
export function scattersOntoZeros(node: GraphNode): boolean {
  return ontoZeros.has(node);
}
