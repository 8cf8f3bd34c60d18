/**
 * How each kernel computes for several seeds: the same kernel, or a few, on values stacked along a leading axis.
 * Rules run on the backend beneath; a kernel whose operands all seeds share is computed once.
 */
import * as tf from '@tensorflow/tfjs-core';
import { LAYER_NORMALIZATION, ROTARY_EMBEDDING, SUBTRACT_ONE_HOT, WHERE_FINITE } from '../fused.ts';
import type { Result, Stacked } from './backend.ts';

type Operands = Record<string, Stacked>;

/** One kernel for S seeds, at least one of whose operands each seed has its own of. */
export type Rule<A = object> = (operands: Operands, attributes: A, seeds: number) => Result | Result[];

/** A kernel of the backend beneath. */
export function runKernel(name: string, inputs: Record<string, tf.Tensor>, attributes: object = {}) {
  return tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(name, inputs, attributes as tf.NamedAttrMap);
}

const one = (name: string, inputs: Record<string, tf.Tensor>, attributes: object = {}): tf.Tensor =>
  runKernel(name, inputs, attributes) as tf.Tensor;

const own = (tensor: tf.Tensor): Result => ({ tensor, perSeed: true });

/** (S, …shape): a copy for each seed where they share it. */
export function spread({ tensor, perSeed }: Pick<Stacked, 'tensor' | 'perSeed'>, seeds: number): tf.Tensor {
  return perSeed ? tensor : tf.add(tf.zeros([seeds, ...tensor.shape], tensor.dtype as 'float32'), tensor);
}

/** Ones after the seeds' axis, so that it meets the seeds' axis of an operand of higher rank. */
function aligned({ tensor, perSeed, shape }: Stacked, rank: number): tf.Tensor {
  if (!perSeed || shape.length === rank) return tensor;
  const ones = Array<number>(rank - shape.length).fill(1);
  return tf.reshape(tensor, [tensor.shape[0], ...ones, ...shape]);
}

function binary(name: string): Rule {
  return ({ a, b }) => {
    const rank = Math.max(a.shape.length, b.shape.length);
    return own(one(name, { a: aligned(a, rank), b: aligned(b, rank) }));
  };
}

/** A kernel that treats every element, or every row of the last axis, alike. */
function sameKernel(name: string): Rule {
  return (operands, attributes) =>
    own(
      one(name, Object.fromEntries(Object.entries(operands).map(([key, x]) => [key, x.tensor])), attributes),
    );
}

/** A reduction along axes, which are those of `field` in the attributes. */
function reduction(name: string, field: 'axis' | 'reductionIndices'): Rule<Record<string, number[]>> {
  return ({ x }, attributes) => {
    const axes = tf.util.parseAxisParam(attributes[field], x.shape).map((axis) => axis + 1);
    return own(
      axes.length === 0 ? tf.clone(x.tensor) : one(name, { x: x.tensor }, { ...attributes, [field]: axes }),
    );
  };
}

const axisAfter = (axis: number, shape: number[]): number => tf.util.parseAxisParam(axis, shape)[0] + 1;

const argMax: Rule<tf.ArgMaxAttrs> = ({ x }, { axis }) =>
  own(one(tf.ArgMax, { x: x.tensor }, { axis: axisAfter(axis, x.shape) }));

const softmax: Rule<tf.SoftmaxAttrs> = ({ logits }, { dim }) =>
  own(one(tf.Softmax, { logits: logits.tensor }, { dim: axisAfter(dim, logits.shape) }));

const matMul: Rule<tf.BatchMatMulAttrs> = ({ a, b }, attributes) => {
  const rank = Math.max(a.shape.length, b.shape.length);
  const matrices = (x: Stacked) => (x.perSeed ? aligned(x, rank) : tf.reshape(x.tensor, [1, ...x.shape]));
  return own(one(tf.BatchMatMul, { a: matrices(a), b: matrices(b) }, attributes));
};

const reshape: Rule<tf.ReshapeAttrs> = ({ x }, { shape }, seeds) => {
  const known = tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(x.shape));
  return own(tf.reshape(x.tensor, [seeds, ...known]));
};

const transpose: Rule<tf.TransposeAttrs> = ({ x }, { perm }) =>
  own(tf.transpose(x.tensor, [0, ...perm.map((axis) => axis + 1)]));

const slice: Rule<tf.SliceAttrs> = ({ x }, { begin, size }, seeds) => {
  const [from, lengths] = tf.slice_util.parseSliceParams({ shape: x.shape } as tf.Tensor, begin, size);
  return own(tf.slice(x.tensor, [0, ...from], [seeds, ...lengths]));
};

const split: Rule<tf.SplitVAttrs> = ({ x }, { numOrSizeSplits, axis }) => {
  const [at] = tf.util.parseAxisParam(axis, x.shape);
  const sizes = tf.backend_util.prepareSplitSize({ shape: x.shape } as tf.Tensor, numOrSizeSplits, at);
  return tf.split(x.tensor, sizes, at + 1).map(own);
};

const concat: Rule<tf.ConcatAttrs> = (operands, { axis }, seeds) => {
  const parts = Object.values(operands);
  return own(
    tf.concat(
      parts.map((part) => spread(part, seeds)),
      axisAfter(axis, parts[0].shape),
    ),
  );
};

const pad: Rule<tf.PadV2Attrs> = ({ x }, { paddings, constantValue }) =>
  own(one(tf.PadV2, { x: x.tensor }, { paddings: [[0, 0], ...paddings], constantValue }));

/** Indices into S tables laid end to end, `rows` rows each; (S, P) → (S*P). */
function intoAll(indices: Stacked, rows: number, seeds: number): tf.Tensor1D {
  const starts = tf.tensor2d(
    Int32Array.from({ length: seeds }, (_, seed) => seed * rows),
    [seeds, 1],
    'int32',
  );
  return tf.reshape(tf.add(starts, indices.tensor), [-1]);
}

/** (S, n, …rest) → (S*n, …rest). */
const endToEnd = (x: tf.Tensor): tf.Tensor =>
  tf.reshape(x, [x.shape[0] * (x.shape[1] ?? 1), ...x.shape.slice(2)]);

const gather: Rule<tf.GatherV2Attrs> = ({ x, indices }, { axis, batchDims }, seeds) => {
  const [at] = tf.util.parseAxisParam(axis, x.shape);
  if (!indices.perSeed)
    return own(one(tf.GatherV2, { x: x.tensor, indices: indices.tensor }, { axis: at + 1, batchDims }));
  if (at !== 0 || batchDims !== 0 || indices.shape.length !== 1)
    throw new Error('gather: with indices of its own a seed looks up along the first axis only');
  if (!x.perSeed)
    return own(one(tf.GatherV2, { x: x.tensor, indices: indices.tensor }, { axis: 0, batchDims }));
  const rows = tf.gather(endToEnd(x.tensor), intoAll(indices, x.shape[0], seeds));
  return own(tf.reshape(rows, [seeds, ...indices.shape, ...x.shape.slice(1)]));
};

const segmentSum: Rule<tf.UnsortedSegmentSumAttrs> = ({ x, segmentIds }, { numSegments }, seeds) => {
  const ids = intoAll(segmentIds, numSegments, seeds);
  const sums = tf.unsortedSegmentSum(endToEnd(spread(x, seeds)), ids, seeds * numSegments);
  return own(tf.reshape(sums, [seeds, numSegments, ...x.shape.slice(1)]));
};

/** The fused kernel takes one weight for all rows: it normalises, weight and bias follow. */
const layerNormalization: Rule<{ eps: number }> = ({ x, weight, bias }, attributes) => {
  const width = [x.shape[1]];
  const inputs = { x: x.tensor, weight: tf.ones(width), bias: tf.zeros(width) };
  const [normal, mean, invStd] = runKernel(LAYER_NORMALIZATION, inputs, attributes) as tf.Tensor[];
  const value = tf.add(tf.mul(normal, aligned(weight, 2)), aligned(bias, 2));
  return [value, mean, invStd].map(own);
};

const subtractOneHot: Rule = ({ x, labels }, _attributes, seeds) => {
  const inputs = { x: endToEnd(spread(x, seeds)), labels: endToEnd(spread(labels, seeds)) };
  return own(tf.reshape(one(SUBTRACT_ONE_HOT, inputs), [seeds, ...x.shape]));
};

const whereFinite: Rule = ({ test, a, b }, _attributes, seeds) => {
  const inputs = {
    test: aligned(test, a.shape.length),
    a: spread(a, seeds),
    b: spread(b, seeds),
  };
  return own(one(WHERE_FINITE, inputs));
};

const rotary: Rule = ({ x, cos, sin }, _attributes, seeds) => {
  if (cos.perSeed || sin.perSeed) throw new Error('rotary: the angles of places are those of all seeds');
  const inputs = { x: endToEnd(x.tensor), cos: cos.tensor, sin: sin.tensor };
  return own(tf.reshape(one(ROTARY_EMBEDDING, inputs), [seeds, ...x.shape]));
};

const BINARY = [tf.Add, tf.Sub, tf.Multiply, tf.RealDiv, tf.Pow, tf.Maximum, tf.Minimum];
const ALIKE = [
  ...[tf.Neg, tf.Exp, tf.Log, tf.Sqrt, tf.Erf, tf.Sigmoid, tf.Tanh, tf.Square, tf.Rsqrt, tf.Cast],
  ...[tf.Relu, tf.Sign],
  ...[tf.Identity, tf.ZerosLike, tf.OnesLike, tf.OneHot],
];

/** Rules by kernel name. */
export const RULES: Record<string, Rule<never>> = {
  ...Object.fromEntries(BINARY.map((name) => [name, binary(name)])),
  ...Object.fromEntries(ALIKE.map((name) => [name, sameKernel(name)])),
  [tf.Sum]: reduction(tf.Sum, 'axis'),
  [tf.Mean]: reduction(tf.Mean, 'axis'),
  [tf.Max]: reduction(tf.Max, 'reductionIndices'),
  [tf.ArgMax]: argMax,
  [tf.Softmax]: softmax,
  [tf.BatchMatMul]: matMul,
  [tf.Reshape]: reshape,
  [tf.Transpose]: transpose,
  [tf.Slice]: slice,
  [tf.SplitV]: split,
  [tf.Concat]: concat,
  [tf.PadV2]: pad,
  [tf.GatherV2]: gather,
  [tf.UnsortedSegmentSum]: segmentSum,
  // Made of no seed's own values, and so of all seeds.
  [tf.Fill]: sameKernel(tf.Fill),
  [LAYER_NORMALIZATION]: layerNormalization,
  [SUBTRACT_ONE_HOT]: subtractOneHot,
  [ROTARY_EMBEDDING]: rotary,
  [WHERE_FINITE]: whereFinite,
};
