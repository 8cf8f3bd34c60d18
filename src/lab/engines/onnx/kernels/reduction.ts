/** Kernels that reduce along axes. */
import * as tf from '@tensorflow/tfjs-core';
import type { TracingBackend } from '../backend.ts';
import { reshaped, type Kernel, type Kernels } from './kernel.ts';

/** Sum of squares in one pass, where the operand was squared just before. */
function reductionOf(backend: TracingBackend, op: string, name: string): { op: string; source: string } {
  const producer = backend.graph.producer(name);
  const squared = producer?.op === 'Mul' && producer.inputs[0] === producer.inputs[1];
  return op === 'ReduceSum' && squared
    ? { op: 'ReduceSumSquare', source: producer.inputs[0] }
    : { op, source: name };
}

/** Appends a reduction over `axis` (null for all axes). */
function reduced(
  backend: TracingBackend,
  op: string,
  x: tf.TensorInfo,
  axis: number | number[] | null,
  keepDims: boolean,
): tf.TensorInfo {
  const axes = tf.util.parseAxisParam(axis as number[], x.shape);
  const [outer] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(outer, axes) : outer;
  if (axes.every((i) => x.shape[i] === 1)) return reshaped(backend, x, shape);
  const { op: reduction, source } = reductionOf(backend, op, backend.nameOf(x));
  const inputs = [source, backend.graph.ints(...axes)];
  return backend.emit(reduction, inputs, { shape, dtype: x.dtype }, { keepdims: Number(keepDims) });
}

const sum: Kernel<tf.SumAttrs & { keepDims: boolean }> = (backend, { x }, { axis, keepDims }) =>
  reduced(backend, 'ReduceSum', x, axis, keepDims);

const mean: Kernel<tf.MeanAttrs> = (backend, { x }, { axis, keepDims }) =>
  reduced(backend, 'ReduceMean', x, axis, keepDims);

const max: Kernel<tf.MaxAttrs> = (backend, { x }, { reductionIndices, keepDims }) =>
  reduced(backend, 'ReduceMax', x, reductionIndices, keepDims);

const argMax: Kernel<tf.ArgMaxAttrs> = (backend, { x }, { axis }) => {
  const [at] = tf.util.parseAxisParam(axis, x.shape);
  const index = backend.graph.node('ArgMax', [backend.nameOf(x)], { axis: at, keepdims: 0 });
  const shape = x.shape.filter((_, i) => i !== at);
  return backend.emit('Cast', [index], { shape, dtype: 'int32' }, { to: 6 });
};

const softmax: Kernel<tf.SoftmaxAttrs> = (backend, { logits }, { dim }) =>
  backend.emit('Softmax', [backend.nameOf(logits)], logits, { axis: dim });

export const reductionKernels: Kernels = {
  [tf.Sum]: sum,
  [tf.Mean]: mean,
  [tf.Max]: max,
  [tf.ArgMax]: argMax,
  [tf.Softmax]: softmax,
};
