/** Elementwise kernels, with the simplifications that uniform constants allow. */
import * as tf from '@tensorflow/tfjs-core';
import { LARGEST_FINITE, WHERE_FINITE } from '../../fused.ts';
import { onnxType, type TracingBackend } from '../backend.ts';
import { DATA_TYPES } from '../proto.ts';
import { reshaped, type Inputs, type Kernel, type Kernels } from './kernel.ts';
import { withBias } from './products.ts';
import { ontoInstead } from './row-sums.ts';

/** Names of two operands; a uniform one becomes a scalar where the other has the result's shape. */
function operandNames(backend: TracingBackend, a: tf.TensorInfo, b: tf.TensorInfo, shape: number[]) {
  const name = (x: tf.TensorInfo, other: tf.TensorInfo) => {
    const uniform = backend.uniform(x);
    const broadcasts = uniform !== null && tf.util.arraysEqual(other.shape, shape);
    return backend.nameOf(broadcasts ? backend.fill(uniform, [], x.dtype) : x);
  };
  return [name(a, b), name(b, a)];
}

interface BinaryOptions {
  compute: (a: number, b: number) => number;
  /** The right operand that changes nothing. */
  rightIdentity?: number;
  commutes?: boolean;
  /** A cheaper form for some operands; null where it does not apply. */
  rewrite?: (
    backend: TracingBackend,
    a: tf.TensorInfo,
    b: tf.TensorInfo,
    shape: number[],
  ) => tf.TensorInfo | null;
}

/** `x` unchanged, if an operation with this other operand leaves it so. */
function unchanged(
  backend: TracingBackend,
  x: tf.TensorInfo,
  other: tf.TensorInfo,
  shape: number[],
  identity?: number,
): tf.TensorInfo | null {
  const applies = identity !== undefined && backend.uniform(other) === identity;
  return applies && tf.util.arraysEqual(x.shape, shape) ? reshaped(backend, x, shape) : null;
}

function binary(op: string, options: BinaryOptions): Kernel {
  const { compute, rightIdentity, commutes, rewrite } = options;
  return (backend, { a, b }: Inputs) => {
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const { dtype } = a;
    const [left, right] = [backend.uniform(a), backend.uniform(b)];
    if (left !== null && right !== null) return backend.fill(compute(left, right), shape, dtype);
    return (
      unchanged(backend, a, b, shape, rightIdentity) ??
      (commutes ? unchanged(backend, b, a, shape, rightIdentity) : null) ??
      rewrite?.(backend, a, b, shape) ??
      (commutes ? rewrite?.(backend, b, a, shape) : null) ??
      backend.emit(op, operandNames(backend, a, b, shape), { shape, dtype })
    );
  };
}

/** x W + b in one node; rows scattered onto zeros and then added are scattered onto the other operand. */
function rewriteAdd(backend: TracingBackend, a: tf.TensorInfo, b: tf.TensorInfo, shape: number[]) {
  if (!tf.util.arraysEqual(a.shape, shape)) return null;
  if (b.shape.length === 1) return withBias(backend, a, b);
  return tf.util.arraysEqual(b.shape, shape) ? ontoInstead(backend, a, b) : null;
}

/** Elementwise functions of one operand that ONNX has under some name. */
function unary(op: string): Kernel {
  return (backend, { x }: Inputs) => backend.emit(op, [backend.nameOf(x)], x);
}

const square: Kernel = (backend, { x }) => backend.emit('Mul', [backend.nameOf(x), backend.nameOf(x)], x);

const rsqrt: Kernel = (backend, { x }) =>
  backend.emit('Reciprocal', [backend.graph.node('Sqrt', [backend.nameOf(x)])], x);

const cast: Kernel<tf.CastAttrs> = (backend, { x }, { dtype }) => {
  const uniform = backend.uniform(x);
  if (x.dtype === dtype) return reshaped(backend, x, x.shape);
  if (uniform !== null)
    return backend.fill(dtype === 'int32' ? Math.trunc(uniform) : uniform, x.shape, dtype);
  const to = DATA_TYPES[onnxType(dtype)];
  return backend.emit('Cast', [backend.nameOf(x)], { shape: x.shape, dtype }, { to });
};

const whereFinite: Kernel = (backend, { test, a, b }) => {
  const largest = backend.nameOf(backend.fill(LARGEST_FINITE, [], 'float32'));
  const finite = backend.graph.node('LessOrEqual', [backend.nameOf(test), largest]);
  return backend.emit('Where', [finite, backend.nameOf(a), backend.nameOf(b)], a);
};

export const elementwiseKernels: Kernels = {
  [tf.Add]: binary('Add', {
    compute: (a, b) => a + b,
    rightIdentity: 0,
    commutes: true,
    rewrite: rewriteAdd,
  }),
  [tf.Sub]: binary('Sub', { compute: (a, b) => a - b, rightIdentity: 0 }),
  [tf.Multiply]: binary('Mul', { compute: (a, b) => a * b, rightIdentity: 1, commutes: true }),
  [tf.RealDiv]: binary('Div', { compute: (a, b) => a / b, rightIdentity: 1 }),
  [tf.Pow]: binary('Pow', { compute: Math.pow, rightIdentity: 1 }),
  [tf.Maximum]: binary('Max', { compute: Math.max }),
  [tf.Minimum]: binary('Min', { compute: Math.min }),
  [tf.Neg]: unary('Neg'),
  [tf.Exp]: unary('Exp'),
  [tf.Log]: unary('Log'),
  [tf.Sqrt]: unary('Sqrt'),
  [tf.Erf]: unary('Erf'),
  [tf.Sigmoid]: unary('Sigmoid'),
  [tf.Tanh]: unary('Tanh'),
  [tf.Relu]: unary('Relu'),
  [tf.Sign]: unary('Sign'),
  [tf.Square]: square,
  [tf.Rsqrt]: rsqrt,
  [tf.Cast]: cast,
  [WHERE_FINITE]: whereFinite,
};
