/** What a kernel of the tracing backend looks like, and helpers they share. */
import * as tf from '@tensorflow/tfjs-core';
import type { TracingBackend } from '../backend.ts';

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
  const view = backend.stateViews.get(name);
  if (view) return backend.stateView({ ...view, shape });
  const before = backend.graph.producer(name);
  const source = before?.op === 'Reshape' ? before.inputs[0] : name;
  return backend.emit('Reshape', [source, backend.graph.ints(...shape)], { shape, dtype: x.dtype });
}
