/** A multi-layer perceptron with ReLU, with the values that PyTorch's linear layers start from. */
import * as tf from '@tensorflow/tfjs-core';
import type { MlpConfig } from '#shared/config/models/mlp.ts';
import type { Architecture } from './architecture.ts';
import { affine, linear } from './layers.ts';
import { layoutOf, type Weights } from './layout.ts';

/** What the data decide. */
export interface PointSizes {
  /** Numbers that describe a point. */
  inputs: number;
  /** Numbers that are predicted. */
  outputs: number;
}

export type MlpSpec = MlpConfig & PointSizes;

/** Widths from the inputs to the outputs. */
function widthsOf({ inputs, outputs, n_hidden_layers, hidden_size }: MlpSpec): number[] {
  return [inputs, ...Array<number>(n_hidden_layers).fill(hidden_size), outputs];
}

/** Linear layers in order, as (in, out). */
function layersOf(spec: MlpSpec): [inputs: number, outputs: number][] {
  const widths = widthsOf(spec);
  return widths.slice(1).map((outputs, i) => [widths[i], outputs]);
}

/** @param x (B, inputs) @returns (B, outputs) */
function predictions(spec: MlpSpec, weights: Weights, x: tf.Tensor): tf.Tensor {
  return layersOf(spec).reduce((y, _, i) => linear(weights, `layers.${i}`, i === 0 ? y : tf.relu(y)), x);
}

export const mlp: Architecture<MlpConfig, PointSizes, MlpSpec, tf.Tensor> = {
  resolve: (config, sizes) => ({ ...config, ...sizes }),
  layout: (spec) =>
    layoutOf(
      layersOf(spec).flatMap(([inputs, outputs], i) => {
        const uniform = { uniform: 1 / Math.sqrt(inputs) };
        return affine(`layers.${i}`, [inputs, outputs], uniform, uniform);
      }),
    ),
  forward: predictions,
  flops: (spec) => ({
    read: layersOf(spec).reduce((sum, [inputs, outputs]) => sum + 2 * inputs * outputs, 0),
    predicted: 0,
  }),
};
