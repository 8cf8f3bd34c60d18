/**
 * Convolutions, NHWC, made of matrix products: every engine has these, their gradients and their rule for several
 * seeds, and multiplies matrices near the speed of the machine. (ONNX Runtime has no gradient of its Conv outside
 * its training builds, and on the CPU its depthwise Conv takes four times as long: docs/convolutions.md.)
 */
import * as tf from '@tensorflow/tfjs-core';

export interface ConvolutionOptions {
  /** Steps between outputs, in both directions; 1 unless said. */
  stride?: number;
  /** `same`: an output for each `stride` inputs, zeros around the image. `valid`: the image alone (default). */
  padding?: 'same' | 'valid';
}

/** How a kernel goes along one axis of an image. */
interface Axis {
  /** Inputs. */
  size: number;
  kernel: number;
  stride: number;
  /** Zeros in front of the first input. */
  before: number;
  /** Outputs. */
  out: number;
}

/** @throws Error where the kernel is larger than what it goes over */
function axisOf(size: number, kernel: number, { stride = 1, padding = 'valid' }: ConvolutionOptions): Axis {
  if (padding === 'same') {
    const out = Math.ceil(size / stride);
    const zeros = Math.max(0, (out - 1) * stride + kernel - size);
    return { size, kernel, stride, before: Math.floor(zeros / 2), out };
  }
  if (kernel > size) throw new Error(`a kernel of ${kernel} does not fit into ${size}`);
  return { size, kernel, stride, before: 0, out: Math.floor((size - kernel) / stride) + 1 };
}

/**
 * An image with zeros in front, and cut or filled up to a length: what outputs read and no more.
 * @param x (B, H, W, C)
 */
function framed(x: tf.Tensor, rows: Axis, columns: Axis, height: number, width: number): tf.Tensor {
  const [batch, , , channels] = x.shape;
  const after = (axis: Axis, length: number) => Math.max(0, length - axis.before - axis.size);
  const padding: [number, number][] = [
    [0, 0],
    [rows.before, after(rows, height)],
    [columns.before, after(columns, width)],
    [0, 0],
  ];
  const padded = padding.some((pair) => pair.some((n) => n > 0)) ? tf.pad(x, padding) : x;
  const size = [batch, height, width, channels];
  return tf.util.arraysEqual(padded.shape, size) ? padded : tf.slice(padded, [0, 0, 0, 0], size);
}

/**
 * What lies under one stride becomes one place with more channels, so that the kernel goes on by one.
 * @param x (B, n*s, m*s, C)
 * @returns (B, n, m, s*s*C)
 */
function folded(x: tf.Tensor, stride: number): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [n, m] = [height / stride, width / stride];
  const apart = tf.reshape(x, [batch, n, stride, m, stride, channels]);
  return tf.reshape(tf.transpose(apart, [0, 1, 3, 2, 4, 5]), [batch, n, m, stride * stride * channels]);
}

/**
 * A filter as a matrix whose rows are in the order of {@link columnsOf}, with zeros up to whole strides.
 * @param filter (kh, kw, C, F)
 */
function filterMatrix(filter: tf.Tensor, stride: number, blocks: [number, number]): tf.Tensor {
  const [kh, kw, channels, outputs] = filter.shape as [number, number, number, number];
  const [n, m] = blocks;
  const missing = [n * stride - kh, m * stride - kw];
  const whole = missing.some((rows) => rows > 0)
    ? tf.pad(filter, [
        [0, missing[0]],
        [0, missing[1]],
        [0, 0],
        [0, 0],
      ])
    : filter;
  const apart = tf.reshape(whole, [n, stride, m, stride, channels, outputs]);
  return tf.reshape(tf.transpose(apart, [0, 2, 1, 3, 4, 5]), [-1, outputs]);
}

/** What each output reads, side by side: (B, n, m, C) → (B*out*out, blocks*C). */
function columnsOf(x: tf.Tensor, blocks: [number, number], out: [number, number]): tf.Tensor {
  const [batch, , , channels] = x.shape as [number, number, number, number];
  const places = Array.from({ length: blocks[0] * blocks[1] }, (_, i) => [
    Math.floor(i / blocks[1]),
    i % blocks[1],
  ]);
  const parts = places.map(([y, x0]) => tf.slice(x, [0, y, x0, 0], [batch, ...out, channels]));
  const side = parts.length === 1 ? parts[0] : tf.concat(parts, 3);
  return tf.reshape(side, [batch * out[0] * out[1], parts.length * channels]);
}

/**
 * Convolution of an image with a filter, differentiable in both. Where the stride is the kernel's size, as in the
 * stem of a ConvNeXt, it is one reshaping and one product; so it is where the kernel has one place.
 * @param x (B, H, W, C)
 * @param filter (kh, kw, C, F)
 * @returns (B, H', W', F)
 * @throws Error where a `valid` kernel is larger than the image
 */
export function conv2d(x: tf.Tensor, filter: tf.Tensor, options: ConvolutionOptions = {}): tf.Tensor {
  const [batch, height, width] = x.shape as [number, number, number, number];
  const [kh, kw, , outputs] = filter.shape as [number, number, number, number];
  const stride = options.stride ?? 1;
  const [rows, columns] = [axisOf(height, kh, options), axisOf(width, kw, options)];
  const blocks: [number, number] = [Math.ceil(kh / stride), Math.ceil(kw / stride)];
  const length = (axis: Axis, count: number) => (axis.out - 1 + count) * stride;
  const frame = framed(x, rows, columns, length(rows, blocks[0]), length(columns, blocks[1]));
  const read = columnsOf(folded(frame, stride), blocks, [rows.out, columns.out]);
  const product = tf.matMul(read, filterMatrix(filter, stride, blocks));
  return tf.reshape(product, [batch, rows.out, columns.out, outputs]);
}

/** Outputs along one axis of a tile, at most: a product of a whole small image costs less than cutting it up. */
const LARGEST_TILE = 16;

/** One axis cut into tiles that are alike. */
interface Tiling {
  /** Within a tile. */
  axis: Axis;
  count: number;
}

function tilingOf(axis: Axis): Tiling {
  const count = Math.ceil(axis.out / LARGEST_TILE);
  if (count === 1) return { axis, count };
  const out = Math.ceil(axis.out / count);
  const size = (out - 1) * axis.stride + axis.kernel;
  return { axis: { ...axis, size, out, before: 0 }, count };
}

/** For each place of the kernel, which input meets which output: (kh*kw, inputs*outputs) of zeros and ones. */
function meetings(rows: Axis, columns: Axis): tf.Tensor2D {
  const [inputs, outputs] = [rows.size * columns.size, rows.out * columns.out];
  const kernels = rows.kernel * columns.kernel;
  const values = new Float32Array(kernels * inputs * outputs);
  const inputsOf = ({ before, stride, size }: Axis, at: number, k: number) => {
    const input = at * stride + k - before;
    return input >= 0 && input < size ? input : null;
  };
  for (let k = 0; k < kernels; k++)
    for (let output = 0; output < outputs; output++) {
      const y = inputsOf(rows, Math.floor(output / columns.out), Math.floor(k / columns.kernel));
      const x = inputsOf(columns, output % columns.out, k % columns.kernel);
      if (y !== null && x !== null) values[(k * inputs + y * columns.size + x) * outputs + output] = 1;
    }
  return tf.tensor2d(values, [kernels, inputs * outputs]);
}

/** Tiles that overlap, as more images: (B, H, W, C) → (tiles*B, th, tw, C). */
function tiled(x: tf.Tensor, whole: [Axis, Axis], [rows, columns]: [Tiling, Tiling]): tf.Tensor {
  if (rows.count === 1 && columns.count === 1) return x;
  const start = ({ axis, count }: Tiling, i: number) => (count === 1 ? 0 : i * axis.out * axis.stride);
  const length = (tiling: Tiling) => start(tiling, tiling.count - 1) + tiling.axis.size;
  // An axis in one tile keeps its zeros out of the image: they are where no input meets an output.
  const [y, x0] = whole.map((axis, i) => ([rows, columns][i].count === 1 ? { ...axis, before: 0 } : axis));
  const frame = framed(x, y, x0, length(rows), length(columns));
  const [batch, , , channels] = x.shape as [number, number, number, number];
  const tiles = Array.from({ length: rows.count * columns.count }, (_, i) =>
    tf.slice(
      frame,
      [0, start(rows, Math.floor(i / columns.count)), start(columns, i % columns.count), 0],
      [batch, rows.axis.size, columns.axis.size, channels],
    ),
  );
  return tf.concat(tiles, 0);
}

/** Outputs of tiles, put together: (tiles*B, th, tw, C) → (B, H', W', C). */
function untiled(x: tf.Tensor, whole: [Axis, Axis], [rows, columns]: [Tiling, Tiling]): tf.Tensor {
  if (rows.count === 1 && columns.count === 1) return x;
  const tiles = tf.split(x, rows.count * columns.count, 0);
  const lines = Array.from({ length: rows.count }, (_, i) =>
    tf.concat(tiles.slice(i * columns.count, (i + 1) * columns.count), 2),
  );
  const image = tf.concat(lines, 1);
  const size = [image.shape[0], whole[0].out, whole[1].out, image.shape[3] ?? 1];
  return tf.util.arraysEqual(image.shape, size) ? image : tf.slice(image, [0, 0, 0, 0], size);
}

/** A convolution of each channel with a filter of its own. */
export type DepthwiseConvolution = (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor;

/**
 * Depthwise convolution for images of one size, differentiable in image and filter. Each channel is a product of its
 * images with a matrix (inputs, outputs) in which the filter stands where an input meets an output; that matrix is a
 * product of the filter with zeros and ones, so that the filter's gradient is one too. Four times the multiplications
 * of the definition (7 × 7 on 14 × 14), in a fraction of the time that ONNX Runtime's Conv takes.
 * @param image height and width
 * @param kernel height and width
 * @returns from x (B, H, W, C) and filter (kh, kw, C) to (B, H', W', C); what it holds lives as long as the tensors
 *   of the program that it is made in, which may use it as often as it likes
 * @throws Error where a `valid` kernel is larger than the image
 */
export function depthwiseConvolution(
  image: [number, number],
  kernel: [number, number],
  options: ConvolutionOptions = {},
): DepthwiseConvolution {
  const whole = image.map((size, i) => axisOf(size, kernel[i], options)) as [Axis, Axis];
  const tilings = whole.map(tilingOf) as [Tiling, Tiling];
  const [rows, columns] = tilings.map(({ axis }) => axis);
  const met = meetings(rows, columns);
  const [inputs, outputs] = [rows.size * columns.size, rows.out * columns.out];
  return (x, filter) => {
    const channels = filter.shape[2] ?? 1;
    const taps = tf.reshape(filter, [kernel[0] * kernel[1], channels]);
    const matrices = tf.reshape(tf.matMul(taps, met, true), [channels, inputs, outputs]);
    const tiles = tiled(x, whole, tilings);
    const count = tiles.shape[0];
    const apart = tf.reshape(tf.transpose(tf.reshape(tiles, [-1, channels])), [channels, count, inputs]);
    const product = tf.reshape(tf.matMul(apart, matrices), [channels, count * outputs]);
    return untiled(
      tf.reshape(tf.transpose(product), [count, rows.out, columns.out, channels]),
      whole,
      tilings,
    );
  };
}

/** {@link depthwiseConvolution}, once. @param x (B, H, W, C) @param filter (kh, kw, C) */
export function depthwiseConv2d(x: tf.Tensor, filter: tf.Tensor, options?: ConvolutionOptions): tf.Tensor {
  const [, height, width] = x.shape as [number, number, number, number];
  const [kh, kw] = filter.shape as [number, number, number];
  return depthwiseConvolution([height, width], [kh, kw], options)(x, filter);
}
