/** What a program may do while it is traced, and every kernel the tracer knows, against tfjs itself. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Program, TensorData, Tensors } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { traceProgram } from '#lab/engines/onnx/trace.ts';

const onnx = await createEngine('onnx');
const reference = await createEngine('reference');

const X = Float32Array.from({ length: 12 }, (_, i) => Math.sin(3 * i) + 0.1 * i); // (3, 4)
const Y = Float32Array.from({ length: 12 }, (_, i) => 0.2 + Math.abs(Math.cos(i))); // (3, 4), positive
const INPUTS = { x: X, y: Y, i: Int32Array.of(2, 0, 2) };

/** A program of (3, 4) inputs x and y and an index vector i. */
function programOf(name: string, body: (inputs: Tensors) => tf.Tensor | tf.Tensor[]): Program {
  const matrix = { shape: [3, 4], dtype: 'float32' as const };
  return {
    name,
    state: {},
    inputs: { x: matrix, y: matrix, i: { shape: [3], dtype: 'int32' } },
    body: (_state, inputs) => ({ outputs: Object.fromEntries([body(inputs)].flat().entries()), next: {} }),
  };
}

async function outputs(engine: typeof onnx, program: Program): Promise<Record<string, TensorData>> {
  const compiled = await engine.compile(program);
  return compiled.run(engine.createState({}), INPUTS);
}

const row = () => tf.tensor1d([1, -2, 3, 0.5]);

const BODIES: Record<string, (inputs: Tensors) => tf.Tensor | tf.Tensor[]> = {
  arithmetic: ({ x, y }) => tf.add(tf.sub(x, tf.mul(y, 2)), tf.div(x, y)),
  'broadcast over rows and columns': ({ x }) => tf.mul(tf.add(x, row()), tf.tensor2d([[2], [0], [-1]])),
  'operands that change nothing': ({ x }) => tf.div(tf.sub(tf.add(0, tf.mul(1, x)), tf.zerosLike(x)), 1),
  'a uniform operand larger than the other': ({ x }) => tf.add(tf.sum(x, 0), tf.ones([3, 4])),
  'uniform operands': ({ x }) => tf.mul(tf.pow(tf.add(tf.fill([3, 4], 3), tf.onesLike(x)), 2), x),
  extremes: ({ x, y }) => [tf.maximum(x, y), tf.minimum(x, 0.3), tf.max(x, 1), tf.max(y)],
  exponents: ({ x, y }) => [tf.exp(x), tf.log(y), tf.sqrt(y), tf.rsqrt(y), tf.pow(y, -0.8)],
  sigmoids: ({ x }) => [tf.tanh(x), tf.erf(x), tf.softmax(x), tf.neg(x)],
  sums: ({ x }) => [tf.sum(x), tf.sum(x, 0), tf.sum(x, 1, true), tf.mean(x, -1, true), tf.mean(x)],
  'sum over an axis of length one': ({ x }) => tf.sum(tf.reshape(x, [3, 1, 4]), 1),
  'sum of squares': ({ x }) => [tf.sum(tf.square(x)), tf.mean(tf.square(x), 1)],
  products: ({ x, y }) => [tf.matMul(x, y, true), tf.matMul(x, y, false, true)],
  affine: ({ x, y }) => tf.add(tf.matMul(x, y, false, true), tf.tensor1d([1, 2, 3])),
  'product plus a matrix': ({ x, y }) => tf.add(tf.matMul(x, y, false, true), tf.eye(3)),
  'stacks of products': ({ x, y }) => {
    const [a, b] = [x, y].map((matrix) => tf.reshape(matrix, [3, 2, 2]));
    return [tf.matMul(a, b), tf.matMul(a, b, true), tf.matMul(a, b, true, true)];
  },
  shapes: ({ x }) => [tf.transpose(x), tf.transpose(tf.reshape(x, [3, 1, 4]), [1, 0, 2]), tf.clone(x)],
  'reshape of a reshape': ({ x }) => tf.reshape(tf.reshape(x, [12]), [2, 6]),
  slices: ({ x }) => [
    tf.slice(x, [1, 1], [2, 2]),
    ...tf.split(x, [1, 3], 1),
    tf.pad(x, [
      [1, 0],
      [0, 2],
    ]),
  ],
  'a split into many': ({ x }) => tf.split(tf.reshape(x, [-1]), 12),
  concat: ({ x, y }) => tf.concat([x, y, tf.zeros([3, 1])], 1),
  lookup: ({ x, i }) => [tf.gather(x, i as tf.Tensor1D), tf.gather(x, i as tf.Tensor1D, 1)],
  scatter: ({ x, i }) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4),
  'scatter onto': ({ x, y, i }) => {
    const rows = tf.unsortedSegmentSum(x, i as tf.Tensor1D, 3);
    return [tf.add(rows, y), tf.add(y, rows), rows];
  },
  'whole numbers': ({ x, i }) => [
    tf.argMax(x, 1),
    tf.argMax(x, 0),
    tf.cast(x, 'int32'),
    tf.cast(i, 'float32'),
  ],
  'a constant output': () => tf.tensor1d([1, 2, 3]),
  'an input as an output': ({ x }) => [x, tf.add(x, 1), x],
};

describe('a traced program computes what tfjs does', () => {
  it.each(Object.entries(BODIES))('%s', async (name, body) => {
    const program = programOf(name, body);
    const [actual, expected] = [await outputs(onnx, program), await outputs(reference, program)];
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [key, values] of Object.entries(expected)) {
      expect(actual[key].constructor).toBe(values.constructor);
      expect(actual[key].length).toBe(values.length);
      values.forEach((value, i) => expect(actual[key][i]).toBeCloseTo(value, 5));
    }
  });
});

it('a traced program counts multiplications and additions of its matrix products', () => {
  const inputs: Program['inputs'] = {
    a: { shape: [5, 3, 2], dtype: 'float32' },
    b: { shape: [5, 3, 4], dtype: 'float32' },
    c: { shape: [4, 7], dtype: 'float32' },
  };
  const body = (_state: Tensors, { a, b, c }: Tensors) => {
    const ab = tf.matMul(a, b, true, false); // 5 × (2, 3) × (3, 4)
    return { outputs: { y: tf.matMul(tf.reshape(ab, [10, 4]), c as tf.Tensor2D) }, next: {} };
  };
  const { productFlops } = traceProgram({ name: 'products', state: {}, inputs, body });
  expect(productFlops).toBe(2 * (5 * 2 * 3 * 4 + 10 * 4 * 7));
});

describe('what a traced program may not do', () => {
  it('read a value', async () => {
    const before = tf.memory().numTensors;
    const program = programOf('reads', ({ x }) => tf.mul(x, x.dataSync()[0]));
    await expect(onnx.compile(program)).rejects.toThrow(/traced program read the value of a tensor/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('use a tensor of another program', async () => {
    let escaped: tf.Tensor | undefined;
    await onnx.compile(programOf('leaks', ({ x }) => (escaped = tf.keep(tf.add(x, 1)))));
    const program = programOf('uses', ({ x }) => tf.add(x, escaped as tf.Tensor));
    await expect(onnx.compile(program)).rejects.toThrow(/tensor of another program/);
    escaped?.dispose();
  });

  it('compile while another is traced', async () => {
    let inner: Promise<unknown> | undefined;
    await onnx.compile(
      programOf('outer', ({ x }) => {
        inner = onnx.compile(programOf('inner', ({ y }) => y));
        inner.catch(() => undefined);
        return x;
      }),
    );
    await expect(inner).rejects.toThrow(/already being traced/);
  });
});

it('restores the backend that was current', async () => {
  await tf.setBackend('cpu');
  await onnx.compile(programOf('identity', ({ x }) => x));
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.tidy(() => tf.add(1, 2).dataSync()[0])).toBe(3);
});
