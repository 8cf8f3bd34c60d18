/** Kernels that move elements: shapes, slices, lookups and their gradients. */
import * as tf from '@tensorflow/tfjs-core';
import { SUBTRACT_ONE_HOT } from '../../fused.ts';
import type { TracingBackend } from '../backend.ts';
import { reshaped, type Inputs, type Kernel, type Kernels } from './kernel.ts';
import { rowsOntoZeros } from './row-sums.ts';

/** Above this many parts a Split becomes slices: one Split of more exceeds WebGPU's buffer limit. */
const MAX_SPLIT = 8;

const reshape: Kernel<tf.ReshapeAttrs> = (backend, { x }, { shape }) =>
  reshaped(backend, x, tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x.shape)));

const identity: Kernel = (backend, { x }) => {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
};

const transpose: Kernel<tf.TransposeAttrs> = (backend, { x }, { perm }) => {
  const shape = perm.map((axis) => x.shape[axis]);
  const moved = perm.filter((axis) => x.shape[axis] !== 1);
  const inOrder = moved.every((axis, i) => i === 0 || moved[i - 1] < axis);
  if (inOrder) return reshaped(backend, x, shape);
  return backend.emit('Transpose', [backend.nameOf(x)], { shape, dtype: x.dtype }, { perm });
};

function sliced(backend: TracingBackend, x: tf.TensorInfo, begin: number[], size: number[]): tf.TensorInfo {
  if (tf.util.arraysEqual(size, x.shape)) return reshaped(backend, x, size);
  const entry = backend.stateVector(x);
  if (entry !== null) return backend.stateView({ entry, begin: begin[0], shape: size });
  const axes = x.shape.map((_, axis) => axis).filter((axis) => size[axis] !== x.shape[axis]);
  const bounds = [axes.map((axis) => begin[axis]), axes.map((axis) => begin[axis] + size[axis]), axes];
  const inputs = [backend.nameOf(x), ...bounds.map((values) => backend.graph.ints(...values))];
  return backend.emit('Slice', inputs, { shape: size, dtype: x.dtype });
}

const slice: Kernel<tf.SliceAttrs> = (backend, { x }, { begin, size }) => {
  const [from, lengths] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
  return sliced(backend, x, from, lengths);
};

/** Slices in place of a Split with many parts. */
function slices(backend: TracingBackend, x: tf.TensorInfo, sizes: number[], axis: number): tf.TensorInfo[] {
  let offset = 0;
  return sizes.map((size) => {
    const begin = x.shape.map((_, i) => (i === axis ? offset : 0));
    offset += size;
    return sliced(backend, x, begin, x.shape.with(axis, size));
  });
}

const split: Kernel<tf.SplitVAttrs> = (backend, { x }, { numOrSizeSplits, axis }) => {
  const [at] = tf.util.parseAxisParam(axis, x.shape);
  const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, at);
  if (sizes.length > MAX_SPLIT || backend.stateVector(x) !== null) return slices(backend, x, sizes, at);
  const inputs = [backend.nameOf(x), backend.graph.ints(...sizes)];
  const names = backend.graph.multiNode('Split', inputs, sizes.length, { axis: at });
  return names.map((name, i) => backend.value(name, x.shape.with(at, sizes[i]), x.dtype));
};

const concat: Kernel<tf.ConcatAttrs> = (backend, inputs: Inputs, { axis }) => {
  const parts = Object.values(inputs);
  const [at] = tf.util.parseAxisParam(axis, parts[0].shape);
  const length = parts.reduce((sum, part) => sum + part.shape[at], 0);
  const output = { shape: parts[0].shape.with(at, length), dtype: parts[0].dtype };
  return backend.emit(
    'Concat',
    parts.map((part) => backend.nameOf(part)),
    output,
    { axis: at },
  );
};

const pad: Kernel<tf.PadV2Attrs> = (backend, { x }, { paddings, constantValue }) => {
  const shape = x.shape.map((n, i) => n + paddings[i][0] + paddings[i][1]);
  const pads = backend.graph.ints(
    ...paddings.map(([before]) => before),
    ...paddings.map(([, after]) => after),
  );
  const filler = backend.nameOf(backend.fill(constantValue, [], x.dtype));
  return backend.emit('Pad', [backend.nameOf(x), pads, filler], { shape, dtype: x.dtype });
};

const gather: Kernel<tf.GatherV2Attrs> = (backend, { x, indices }, { axis, batchDims }) => {
  if (batchDims !== 0) throw new Error('gather: batch dimensions are not supported in a traced program');
  const [at] = tf.util.parseAxisParam(axis, x.shape);
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)];
  const inputs = [backend.nameOf(x), backend.nameOf(indices)];
  return backend.emit('Gather', inputs, { shape, dtype: x.dtype }, { axis: at });
};

const segmentSum: Kernel<tf.UnsortedSegmentSumAttrs> = (backend, { x, segmentIds }, { numSegments }) =>
  rowsOntoZeros(backend, x, segmentIds, numSegments);

/** One element of each row lowered by one. */
const subtractOneHot: Kernel = (backend, { x, labels }) => {
  const column = reshaped(backend, labels, [labels.shape[0], 1]);
  const minusOnes = backend.fill(-1, column.shape, x.dtype);
  const inputs = [x, column, minusOnes].map((info) => backend.nameOf(info));
  return backend.emit('ScatterElements', inputs, x, { axis: 1, reduction: 'add' });
};

const fill: Kernel<tf.FillAttrs> = (backend, _inputs, { shape, value, dtype }) =>
  backend.fill(Number(value), shape, dtype);

const zerosLike: Kernel = (backend, { x }) => backend.fill(0, x.shape, x.dtype);
const onesLike: Kernel = (backend, { x }) => backend.fill(1, x.shape, x.dtype);

export const shapeKernels: Kernels = {
  [tf.Reshape]: reshape,
  [tf.Identity]: identity,
  [tf.Transpose]: transpose,
  [tf.Slice]: slice,
  [tf.SplitV]: split,
  [tf.Concat]: concat,
  [tf.PadV2]: pad,
  [tf.GatherV2]: gather,
  [tf.UnsortedSegmentSum]: segmentSum,
  [SUBTRACT_ONE_HOT]: subtractOneHot,
  [tf.Fill]: fill,
  [tf.ZerosLike]: zerosLike,
  [tf.OnesLike]: onesLike,
};
