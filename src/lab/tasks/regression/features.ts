/** What the network reads of a point: its shape, the dimension shown, and where it lies. */
import type { ToyConfig } from '#shared/config/regression.ts';
import { SHAPES, type EncodedPoints, type Point, type Shape, type ToyData } from './data.ts';
import { valueAt } from './functions.ts';

/** Base of the sinusoidal encoding. */
const BASE = 100_000;

/** How many encodings of x stand side by side, and in which a shape has its own. */
const CHANNELS: Record<ToyConfig['featurization'], Record<Shape, number> & { count: number }> = {
  'one-channel': { count: 1, circle: 0, triangle: 0, square: 0 },
  'two-channels': { count: 2, circle: 0, triangle: 1, square: 1 },
  'three-channels': { count: 3, circle: 0, triangle: 1, square: 2 },
};

/** What decides the inputs and targets of points. */
type Encoding = Pick<ToyData, 'config' | 'y1' | 'y2' | 'sizes'>;

/** Inputs and targets of points, worked out once: sines and cosines would take longer than a step of a small network. */
export function encodePoints(points: readonly Point[], data: Encoding): EncodedPoints {
  const { inputs: nInputs, outputs: nOutputs } = data.sizes;
  const inputs = new Float32Array(points.length * nInputs);
  const targets = new Float32Array(points.length * nOutputs);
  points.forEach((point, i) => {
    writeInputs(inputs, i * nInputs, point, data.config);
    writeTargets(targets, i * nOutputs, point, data);
  });
  return { inputs, targets };
}

/** Inputs of the network. */
export function inputSize({ d_y, d_pos_enc, featurization }: ToyConfig): number {
  return SHAPES.length + d_y + CHANNELS[featurization].count * d_pos_enc;
}

/**
 * Writes the inputs of a point: one-hot shape; the dimension shown (all of them for a definition); the encoding of x
 * in the channel of its shape. Other channels hold the encoding of 0, as in the authors' code.
 */
function writeInputs(inputs: Float32Array, at: number, { shape, dim, x }: Point, config: ToyConfig): void {
  const { d_y, d_pos_enc, featurization } = config;
  inputs[at + SHAPES.indexOf(shape)] = 1;
  const shown = at + SHAPES.length;
  if (dim === null) inputs.fill(1, shown, shown + d_y);
  else inputs[shown + dim] = 1;
  const { count, [shape]: own } = CHANNELS[featurization];
  for (let channel = 0; channel < count; channel++)
    writeEncoding(inputs, shown + d_y + channel * d_pos_enc, channel === own ? x : 0, d_pos_enc);
}

/** Sine in even places, cosine in odd ones; each pair has a wavelength of its own. */
function writeEncoding(inputs: Float32Array, at: number, x: number, size: number): void {
  for (let i = 0; i < size; i++) {
    const angle = x / BASE ** ((i - (i % 2)) / size);
    inputs[at + i] = i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  }
}

/** y of a point in one dimension. */
export function valueOf({ y1, y2 }: Pick<ToyData, 'y1' | 'y2'>, { x, from }: Point, dim: number): number {
  return valueAt(from === 1 ? y1 : y2, x, dim);
}

/** Writes what the network is to answer: y in the dimensions shown, 0 in the others. */
function writeTargets(targets: Float32Array, at: number, point: Point, data: Encoding): void {
  if (point.dim !== null) targets[at + point.dim] = valueOf(data, point, point.dim);
  else for (let dim = 0; dim < data.config.d_y; dim++) targets[at + dim] = valueOf(data, point, dim);
}
