/** Reads the golden files of networks.py: models with data, loss, and weights in our order. */
import type * as tf from '@tensorflow/tfjs-core';
import { floatSpec, intSpec, type TensorData, type Tensors } from '#lab/engines/engine.ts';
import { convnext } from '#lab/models/convnext.ts';
import { parameterCount, type ParameterLayout, type Weights } from '#lab/models/layout.ts';
import { mlp } from '#lab/models/mlp.ts';
import { crossEntropy, meanSquaredError } from '#lab/models/ops.ts';
import type { OptimizerConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { convnextSchema } from '#shared/config/models/convnext.ts';
import { mlpSchema } from '#shared/config/models/mlp.ts';
import type { Objective } from '#lab/steps/training-program.ts';
import { valuesOf, type GoldenArray, type GoldenArrays } from './models.ts';

export interface GoldenNetwork {
  config: { architecture: 'convnext' | 'mlp' };
  sizes: Record<string, number>;
  batch: GoldenArrays;
  weights: GoldenArrays;
  outputs: GoldenArray;
  loss: number;
  gradients: GoldenArrays;
  optimizer: Partial<OptimizerConfig>;
  steps: { rates: number[]; losses: number[]; grad_norms: number[]; weights: GoldenArrays };
}

/** A model with the inputs of its training step. */
export interface Network extends Objective {
  outputs(weights: Weights, inputs: Tensors): tf.Tensor;
}

function convnextNetwork(golden: GoldenNetwork): Pick<Network, 'layout' | 'outputs' | 'loss'> {
  const { height, width, channels, outputs, classes } = golden.sizes;
  const sizes = { height, width, channels, outputs, classes };
  const spec = convnext.resolve(convnextSchema.parse(golden.config), sizes);
  const logits = (weights: Weights, { images }: Tensors) => convnext.forward(spec, weights, images);
  return {
    layout: convnext.layout(spec),
    outputs: logits,
    loss: (weights, inputs) => crossEntropy(logits(weights, inputs), inputs.labels, inputs.weights),
  };
}

function mlpNetwork(golden: GoldenNetwork): Pick<Network, 'layout' | 'outputs' | 'loss'> {
  const { inputs: count, outputs } = golden.sizes;
  const spec = mlp.resolve(mlpSchema.parse(golden.config), { inputs: count, outputs });
  const predictions = (weights: Weights, { inputs }: Tensors) => mlp.forward(spec, weights, inputs);
  return {
    layout: mlp.layout(spec),
    outputs: predictions,
    loss: (weights, inputs) => meanSquaredError(predictions(weights, inputs), inputs.targets, inputs.weights),
  };
}

export function networkOf(golden: GoldenNetwork): Network {
  const { optimizer } = languageSchema.parse({ training: { optimizer: golden.optimizer } }).training;
  const spec = (name: string, shape: number[]) =>
    name === 'labels' ? intSpec(...shape) : floatSpec(...shape);
  const inputs = Object.entries(golden.batch).map(([name, { shape }]) => [name, spec(name, shape)] as const);
  return {
    ...(golden.config.architecture === 'mlp' ? mlpNetwork(golden) : convnextNetwork(golden)),
    optimizer,
    inputs: Object.fromEntries(inputs),
  };
}

export function batchOf(golden: GoldenNetwork): Record<string, TensorData> {
  const entries = Object.entries(golden.batch).map(([name, array]) => {
    const values = valuesOf(array);
    return [name, name === 'labels' ? Int32Array.from(values) : values] as const;
  });
  return Object.fromEntries(entries);
}

/** From PyTorch's (out, in, …places) to our (…places, in, out). */
function reordered(name: string, array: GoldenArray): Float32Array {
  const values = valuesOf(array);
  if (name.includes('.grn.') || array.shape.length < 2) return values;
  const [outputs, inputs] = array.shape;
  const places = values.length / (outputs * inputs);
  return values.map((_, i) => {
    const [output, input] = [i % outputs, Math.floor(i / outputs) % inputs];
    return values[(output * inputs + input) * places + Math.floor(i / (outputs * inputs))];
  });
}

/** PyTorch's named arrays as one flat vector in our layout. */
export function flatNetwork(arrays: GoldenArrays, layout: ParameterLayout): Float32Array {
  const flat = new Float32Array(parameterCount(layout));
  const ours = new Map(
    Object.entries(arrays).map(([name, array]) => [name.replace(/^convnextv2\./, ''), array]),
  );
  if (ours.size !== layout.length) throw new Error(`golden file has ${[...ours.keys()].join(', ')}`);
  for (const { name, offset, size } of layout) {
    const array = ours.get(name);
    if (!array) throw new Error(`golden file lacks ${name}`);
    const values = reordered(name, array);
    if (values.length !== size)
      throw new Error(`${name} has ${size} values, the golden file ${values.length}`);
    flat.set(values, offset);
  }
  return flat;
}
