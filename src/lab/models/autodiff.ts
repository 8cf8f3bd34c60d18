/**
 * Reverse-mode differentiation: tfjs-core's tape with gradients registered here. The Node build of
 * tfjs-core registers none of its own, and these write less: a gather's gradient is one scatter, operands
 * of equal shape need no sum.
 */
import * as tf from '@tensorflow/tfjs-core';

/** Sums a gradient over the axes along which an operand was broadcast. */
function reduceTo(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, shape);
}

const add: tf.GradConfig = {
  kernelName: tf.Add,
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, [a, b]) => ({
    a: () => reduceTo(dy as tf.Tensor, a.shape),
    b: () => reduceTo(dy as tf.Tensor, b.shape),
  }),
};

const multiply: tf.GradConfig = {
  kernelName: tf.Multiply,
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, [a, b]) => ({
    a: () => reduceTo(tf.mul(dy as tf.Tensor, b), a.shape),
    b: () => reduceTo(tf.mul(dy as tf.Tensor, a), b.shape),
  }),
};

/** A reduced tensor at every place that it was reduced from. */
function spreadOver(x: tf.Tensor, shape: number[], axes: number[]): tf.Tensor {
  const kept = tf.backend_util.expandShapeToKeepDim(
    shape.filter((_, axis) => !axes.includes(axis)),
    axes,
  );
  return tf.add(tf.zeros(shape), tf.reshape(x, kept));
}

const sum: tf.GradConfig = {
  kernelName: tf.Sum,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => {
    const axes = tf.util.parseAxisParam((attributes as unknown as tf.SumAttrs).axis, x.shape);
    return { x: () => spreadOver(dy as tf.Tensor, x.shape, axes) };
  },
};

const mean: tf.GradConfig = {
  kernelName: tf.Mean,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => {
    const axes = tf.util.parseAxisParam((attributes as unknown as tf.MeanAttrs).axis, x.shape);
    const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
    return { x: () => spreadOver(tf.div(dy as tf.Tensor, count), x.shape, axes) };
  },
};

/** The value is above 0 where the operand is. */
const relu: tf.GradConfig = {
  kernelName: tf.Relu,
  outputsToSave: [true],
  gradFunc: (dy, [value]) => ({ x: () => tf.mul(dy as tf.Tensor, tf.sign(value)) }),
};

const negate: tf.GradConfig = {
  kernelName: tf.Neg,
  gradFunc: (dy) => ({ x: () => tf.neg(dy as tf.Tensor) }),
};

const identity: tf.GradConfig = {
  kernelName: tf.Identity,
  gradFunc: (dy) => ({ x: () => dy as tf.Tensor }),
};

/** For y = op(a) op(b), by whether each operand was transposed. */
const matMul: tf.GradConfig = {
  kernelName: tf.BatchMatMul,
  inputsToSave: ['a', 'b'],
  gradFunc: (grad, [a, b], attributes) => {
    const { transposeA, transposeB } = attributes as unknown as tf.BatchMatMulAttrs;
    const dy = grad as tf.Tensor;
    return {
      a: () => (transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB)),
      b: () => (transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false)),
    };
  },
};

/** For each row: p (dy - sum(dy p)). */
const softmax: tf.GradConfig = {
  kernelName: tf.Softmax,
  outputsToSave: [true],
  gradFunc: (dy, [probabilities]) => ({
    logits: () => {
      const weighted = tf.mul(dy as tf.Tensor, probabilities);
      return tf.sub(weighted, tf.mul(tf.sum(weighted, -1, true), probabilities));
    },
  }),
};

const reshape: tf.GradConfig = {
  kernelName: tf.Reshape,
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({ x: () => tf.reshape(dy as tf.Tensor, x.shape) }),
};

const transpose: tf.GradConfig = {
  kernelName: tf.Transpose,
  gradFunc: (dy, _saved, attributes) => {
    const { perm } = attributes as unknown as tf.TransposeAttrs;
    return {
      x: () =>
        tf.transpose(
          dy as tf.Tensor,
          perm.map((_, axis) => perm.indexOf(axis)),
        ),
    };
  },
};

const slice: tf.GradConfig = {
  kernelName: tf.Slice,
  inputsToSave: ['x'],
  gradFunc: (grad, [x], attributes) => {
    const dy = grad as tf.Tensor;
    const begin = (attributes as unknown as tf.SliceAttrs).begin as number[];
    const padding = dy.shape.map((n, i): [number, number] => [begin[i], x.shape[i] - begin[i] - n]);
    return { x: () => tf.pad(dy, padding) };
  },
};

const pad: tf.GradConfig = {
  kernelName: tf.PadV2,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => {
    const { paddings } = attributes as unknown as tf.PadV2Attrs;
    const begin = paddings.map(([before]) => before);
    return { x: () => tf.slice(dy as tf.Tensor, begin, x.shape) };
  },
};

const split: tf.GradConfig = {
  kernelName: tf.SplitV,
  gradFunc: (dys, _saved, attributes) => {
    const { axis } = attributes as unknown as tf.SplitVAttrs;
    return { x: () => tf.concat(dys as tf.Tensor[], axis) };
  },
};

const concat: tf.GradConfig = {
  kernelName: tf.Concat,
  saveAllInputs: true,
  gradFunc: (dy, parts, attributes) => {
    const { axis } = attributes as unknown as tf.ConcatAttrs;
    const [at] = tf.util.parseAxisParam(axis, parts[0].shape);
    const sizes = parts.map((part) => part.shape[at]);
    const split = tf.split(dy as tf.Tensor, sizes, at);
    return Object.fromEntries(split.map((part, i) => [i, () => part]));
  },
};

/** Along the first axis, with a vector of indices: rows go back where they came from, added up. */
const gather: tf.GradConfig = {
  kernelName: tf.GatherV2,
  inputsToSave: ['x', 'indices'],
  gradFunc: (dy, [x, indices], attributes) => {
    const { axis } = attributes as unknown as tf.GatherV2Attrs;
    if (axis !== 0 || indices.rank !== 1) throw new Error('gather: differentiable along the first axis only');
    return {
      x: () => tf.unsortedSegmentSum(dy as tf.Tensor, indices as tf.Tensor1D, x.shape[0]),
    };
  },
};

const gradients = [
  ...[add, multiply, negate, identity, relu, sum, mean, matMul, softmax],
  ...[reshape, transpose, slice, pad, split, concat, gather],
];
gradients.forEach(tf.registerGradient);

/**
 * A scalar function's value and its gradient with respect to each argument.
 * @returns the value () and one gradient per argument, in its shape
 */
export function valueAndGradients(
  f: (...xs: tf.Tensor[]) => tf.Tensor,
  xs: tf.Tensor[],
): { value: tf.Tensor; gradients: tf.Tensor[] } {
  const { value, grads } = tf.valueAndGrads((...args: tf.Tensor[]) => f(...args) as tf.Scalar)(xs);
  return { value, gradients: grads };
}

/**
 * A differentiable function with a given gradient.
 * @param inputs what the gradient is taken with respect to
 * @param forward the value, and the tensors the gradient needs
 * @param gradient from the gradient of the value to one gradient per input
 */
export function withGradient(
  inputs: tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => { value: tf.Tensor; saved: tf.Tensor[] },
  gradient: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[],
): tf.Tensor {
  const custom = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args.pop() as tf.GradSaveFunc;
    const { value, saved } = forward(...(args as tf.Tensor[]));
    save(saved);
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => gradient(dy, kept) };
  });
  return custom(...inputs);
}

/** A backend that does not offer each of its fused kernels everywhere. */
interface Offers {
  offers(name: string, inputs: Record<string, tf.TensorInfo>): boolean;
}

/** What the engine's fused kernel computes; null where it has none of this name. */
export function runFused<R extends tf.Tensor | tf.Tensor[]>(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: Record<string, number> = {},
): R | null {
  const backend: tf.KernelBackend & Partial<Offers> = tf.backend();
  if (!tf.getKernel(name, tf.getBackend()) || backend.offers?.(name, inputs) === false) return null;
  return tf.engine().runKernel(name, inputs, attributes);
}
