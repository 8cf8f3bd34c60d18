/** Convolutions and their gradients on every engine, against tfjs's own kernels. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { onBackend } from '#lab/engines/backends.ts';
import { floatSpec, type Engine, type Program } from '#lab/engines/engine.ts';
import { createEngine } from '#lab/engines/index.ts';
import { seedsTogether } from '#lab/engines/seeds/program.ts';
import { valueAndGradients } from '#lab/models/autodiff.ts';
import { conv2d, depthwiseConv2d } from '#lab/models/convolution.ts';
import { randomStream } from '#shared/random.ts';
import { presentEngines } from './present.ts';

vi.setConfig({ testTimeout: 300_000 });

const reference = await createEngine('reference');
const engines = [reference, ...(await presentEngines())];

interface Case {
  batch: number;
  image: [number, number];
  kernel: [number, number];
  channels: number;
  /** Of each image; null for a depthwise convolution. */
  filters: number | null;
  stride: number;
  padding: 'same' | 'valid';
}

const filterShape = ({ kernel, channels, filters }: Case) => [
  ...kernel,
  channels,
  ...(filters === null ? [] : [filters]),
];
const imageShape = ({ batch, image, channels }: Case) => [batch, ...image, channels];

/** Shape of the result by the rule of TensorFlow. */
function outputShape(one: Case): number[] {
  const side = (i: number) =>
    one.padding === 'same'
      ? Math.ceil(one.image[i] / one.stride)
      : Math.floor((one.image[i] - one.kernel[i]) / one.stride) + 1;
  return [one.batch, side(0), side(1), one.filters ?? one.channels];
}

/** The result, and the gradients of its sum weighted by `dy`. */
function programOf(one: Case): Program {
  const convolve = one.filters === null ? depthwiseConv2d : conv2d;
  return {
    name: 'convolution',
    state: {},
    inputs: {
      x: floatSpec(...imageShape(one)),
      filter: floatSpec(...filterShape(one)),
      dy: floatSpec(...outputShape(one)),
    },
    body(_state, { x, filter, dy }) {
      const y = (x: tf.Tensor, filter: tf.Tensor) => convolve(x, filter, one);
      const { gradients } = valueAndGradients((x, filter) => tf.sum(tf.mul(y(x, filter), dy)), [x, filter]);
      return { outputs: { y: y(x, filter), dx: gradients[0], dFilter: gradients[1] }, next: {} };
    },
  };
}

function inputsOf(one: Case, seed = 0) {
  const random = randomStream(seed, 'convolution');
  const numbers = (shape: number[]) =>
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.float() - 0.5);
  return { x: numbers(imageShape(one)), filter: numbers(filterShape(one)), dy: numbers(outputShape(one)) };
}

/** What tfjs computes on the plain JavaScript backend, by kernels of which ours use none. */
function expected(one: Case, { x, filter, dy }: ReturnType<typeof inputsOf>) {
  const { kernel, channels, filters, stride, padding } = one;
  const whole = [...kernel, channels, filters ?? 1];
  return onBackend('cpu', () => {
    const run = (name: string, inputs: Record<string, tf.Tensor>, attributes: object) =>
      (
        tf.engine().runKernel(name, inputs, {
          ...{ strides: [stride, stride], dilations: [1, 1], pad: padding, dataFormat: 'NHWC' },
          ...attributes,
        } as tf.NamedAttrMap) as tf.Tensor
      ).dataSync() as Float32Array;
    const image = tf.tensor(x, imageShape(one));
    const taps = tf.tensor(filter, whole);
    const gradient = tf.tensor(dy, outputShape(one));
    const [forward, ofInput, ofFilter] =
      filters === null
        ? [
            tf.DepthwiseConv2dNative,
            tf.DepthwiseConv2dNativeBackpropInput,
            tf.DepthwiseConv2dNativeBackpropFilter,
          ]
        : [tf.Conv2D, tf.Conv2DBackpropInput, tf.Conv2DBackpropFilter];
    return {
      y: run(forward, { x: image, filter: taps }, {}),
      dx: run(ofInput, { dy: gradient, filter: taps }, { inputShape: imageShape(one) }),
      dFilter: run(ofFilter, { x: image, dy: gradient }, { filterShape: whole }),
    };
  });
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  const off = Array.from(expected).findIndex((value, i) => !(Math.abs(actual[i] - value) < 1e-4));
  expect(off).toBe(-1);
}

async function check(engine: Engine, one: Case): Promise<void> {
  const inputs = inputsOf(one);
  const program = await engine.compile(programOf(one));
  const results = await program.run(engine.createState({}), inputs);
  program.dispose();
  for (const [name, values] of Object.entries(expected(one, inputs))) expectClose(results[name], values);
}

const DEPTHWISE = { batch: 2, channels: 3, filters: null, stride: 1, padding: 'same' } as const;
const PLAIN = { batch: 2, channels: 3, filters: 4, stride: 1, padding: 'valid' } as const;
const CASES: Record<string, Case> = {
  'depthwise 7 × 7': { ...DEPTHWISE, image: [14, 14], kernel: [7, 7] },
  'depthwise, in tiles along one side': { ...DEPTHWISE, image: [5, 40], kernel: [3, 5] },
  'depthwise, in tiles that do not divide the image': { ...DEPTHWISE, image: [33, 35], kernel: [7, 7] },
  'depthwise, larger than the image': { ...DEPTHWISE, image: [3, 2], kernel: [7, 7] },
  'depthwise, strided': { ...DEPTHWISE, image: [19, 36], kernel: [3, 4], stride: 2, padding: 'valid' },
  patches: { ...PLAIN, image: [8, 12], kernel: [4, 4], stride: 4 },
  'patches with rows and columns left over': { ...PLAIN, image: [7, 9], kernel: [2, 2], stride: 2 },
  pointwise: { ...PLAIN, image: [4, 5], kernel: [1, 1] },
  'stride 1': { ...PLAIN, image: [6, 7], kernel: [3, 2], padding: 'same' },
  'strided, same': { ...PLAIN, image: [10, 9], kernel: [3, 5], stride: 2, padding: 'same' },
  'a kernel narrower than its stride': { ...PLAIN, image: [9, 8], kernel: [2, 1], stride: 3 },
};
/** A software device takes seconds to compile a case's shaders. */
const casesOf = ({ id }: Engine) =>
  Object.entries(CASES).filter((_, i) => id !== 'onnx-webgpu' || i % 4 === 0);

describe.each(engines)('$id', (engine) => {
  it.each(casesOf(engine))('%s', (_name, one) => check(engine, one));

  it('each seed has its own images and filters', async () => {
    const one = CASES['depthwise 7 × 7'];
    const [a, b] = [inputsOf(one, 1), inputsOf(one, 2)];
    const both = (name: keyof typeof a) => Float32Array.from([...a[name], ...b[name]]);
    const program = await engine.compile(seedsTogether(programOf(one), 2));
    const inputs = { x: both('x'), filter: both('filter'), dy: both('dy') };
    const results = await program.run(engine.createState({}), inputs);
    program.dispose();
    const [first, second] = [expected(one, a), expected(one, b)];
    for (const name of ['y', 'dx', 'dFilter'] as const)
      expectClose(results[name], [...first[name], ...second[name]]);
  });
});

it('any shape is that of tfjs', async () => {
  const side = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 17, max: 36 }));
  const pair = (n: fc.Arbitrary<number>) => fc.tuple(n, n);
  const cases = fc
    .record({
      batch: fc.integer({ min: 1, max: 2 }),
      image: pair(side),
      kernel: pair(fc.integer({ min: 1, max: 7 })),
      channels: fc.integer({ min: 1, max: 2 }),
      filters: fc.option(fc.integer({ min: 1, max: 3 })),
      stride: fc.integer({ min: 1, max: 4 }),
      padding: fc.constantFrom('same' as const, 'valid' as const),
    })
    .filter(({ padding, image, kernel }) => padding === 'same' || image.every((n, i) => kernel[i] <= n));
  await fc.assert(
    fc.asyncProperty(cases, (one) => check(reference, one)),
    { numRuns: 60 },
  );
});

it('refuses a kernel that does not fit', () => {
  const one: Case = { ...PLAIN, image: [2, 9], kernel: [3, 3] };
  expect(() =>
    onBackend('cpu', () => void conv2d(tf.zeros(imageShape(one)), tf.zeros(filterShape(one)), one)),
  ).toThrow(/a kernel of 3 does not fit into 2/);
});
