/**
 * What an architecture is to whoever trains it: one object per file, all of them in `registry.ts`. A resolved model
 * (`spec`) is plain values with nothing left open: it is stored with weights and tells programs apart.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Tuning } from './tuning.ts';
import type { ParameterLayout, Weights } from './layout.ts';
import type { Watch } from './watch.ts';

/** Every resolved model says which architecture it is of. */
export interface ModelSpec {
  architecture: string;
  /** Absent where all weights are trained. */
  tuning?: Tuning;
}

/** Floating-point operations of a forward pass, roughly. */
export interface ForwardFlops {
  /** For each token, image or point that is read. */
  read: number;
  /** For each token that is predicted; 0 where predictions come with what is read. */
  predicted: number;
  /** For each token that an encoder reads, where there is one. */
  input?: number;
}

/**
 * @typeParam Config the model section of a config
 * @typeParam Data sizes that the data decide: vocabulary and longest text, image and classes, inputs and outputs
 * @typeParam Spec the resolved model
 * @typeParam Inputs what a forward pass reads
 */
export interface Architecture<Config, Data, Spec extends ModelSpec, Inputs> {
  /**
   * Fills in what the config leaves open.
   * @throws UserError `model.*` where the shape cannot work
   */
  resolve(config: Config, data: Data): Spec;
  /** The weights in the order of the flat vector, with the values they start from. */
  layout(spec: Spec): ParameterLayout;
  /**
   * Differentiable, pure, static shapes.
   * @param watch is given the residual stream, where the architecture has one
   */
  forward(spec: Spec, weights: Weights, inputs: Inputs, watch?: Watch): tf.Tensor;
  flops(spec: Spec): ForwardFlops;
}
