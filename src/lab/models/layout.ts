/** Where each weight lives in the one flat parameter vector, and the values it starts from. */
import * as tf from '@tensorflow/tfjs-core';
import { randomStream, type Random } from '#shared/random.ts';
import { inBlocks } from '../engines/blocks/cut.ts';
import { floatSpec, type TensorSpec } from '../engines/engine.ts';

/** Weights by the names of the layout, each in its shape. */
export type Weights = Readonly<Record<string, tf.Tensor>>;

/** Values a weight starts from: normal of a standard deviation, uniform within ± a bound, or all the same. */
export type Initial = { normal: number } | { uniform: number } | 'zeros' | 'ones';

export interface ParameterEntry {
  /** Unique and stable: the name of the tensor in saved weights. */
  name: string;
  shape: number[];
  /** First element in the flat vector. */
  offset: number;
  size: number;
  /** Weight decay applies: matrices, not biases or LayerNorm. */
  decay: boolean;
  initial: Initial;
  /** A linear weight with a row for each output, (out, in), where others have one for each input, (in, out). */
  row_per_output?: boolean;
}

/** All weights of a model, in the order of the flat vector, without gaps. */
export type ParameterLayout = readonly ParameterEntry[];

/** A weight before its place is known; matrices decay unless said. */
export type Weight = Omit<ParameterEntry, 'offset' | 'size' | 'decay'> & { decay?: boolean };

/** Weights one after the other. */
export function layoutOf(weights: readonly Weight[]): ParameterLayout {
  let offset = 0;
  return weights.map((weight) => {
    const size = weight.shape.reduce((product, n) => product * n, 1);
    const entry = { ...weight, offset, size, decay: weight.decay ?? weight.shape.length > 1 };
    offset += size;
    return entry;
  });
}

/** Inputs and outputs of a linear weight, in whatever order it has them. */
export function sidesOf({ shape, row_per_output }: Pick<ParameterEntry, 'shape' | 'row_per_output'>): {
  inputs: number;
  outputs: number;
} {
  const [inputs, outputs] = row_per_output ? shape.toReversed() : shape;
  return { inputs, outputs };
}

/** Number of parameters. */
export function parameterCount(layout: ParameterLayout): number {
  return layout.reduce((sum, entry) => sum + entry.size, 0);
}

/** The flat vector a model starts from. Each weight draws from its own stream, so that it does not depend on others. */
export function initialParameters(layout: ParameterLayout, seed: number): Float32Array {
  const parameters = new Float32Array(parameterCount(layout));
  for (const { name, offset, size, initial } of layout) {
    const values = parameters.subarray(offset, offset + size);
    if (initial === 'zeros') continue;
    if (initial === 'ones') values.fill(1);
    else draw(values, initial, randomStream(seed, 'init', name));
  }
  return parameters;
}

function draw(values: Float32Array, initial: Exclude<Initial, string>, random: Random): void {
  for (let i = 0; i < values.length; i++)
    values[i] =
      'normal' in initial ? initial.normal * random.normal() : initial.uniform * (2 * random.float() - 1);
}

/** The spec of a flat vector, such as the weights or a moment of each. */
export function vectorSpec(layout: ParameterLayout): TensorSpec {
  return { ...floatSpec(parameterCount(layout)), parts: layout.map(({ size }) => size) };
}

/**
 * The weights in a flat parameter vector.
 * @param blocks the vector (N), or in order the blocks that it is kept in
 */
export function unflatten(layout: ParameterLayout, ...blocks: tf.Tensor[]): Weights {
  const weights = inBlocks(layout, blocks).flatMap((entries, i) =>
    entries.map(({ name, shape, offset, size }) => {
      const begin = offset - entries[0].offset;
      return [name, tf.reshape(tf.slice(blocks[i], [begin], [size]), shape)] as const;
    }),
  );
  return Object.fromEntries(weights);
}
