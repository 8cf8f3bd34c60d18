/** What an optimiser is: a pure update of the flat parameter vector, and the state it keeps. */
import * as tf from '@tensorflow/tfjs-core';
import type { StateValues, Tensors } from '../engines/engine.ts';

export interface Update {
  /** (N) */
  parameters: tf.Tensor;
  /** The new value of every state entry. */
  state: Tensors;
}

export interface Optimizer {
  /** What the state entries start from. */
  initialState: StateValues;
  /**
   * One step.
   * @param parameters (N) flat
   * @param gradients one per layout entry, in its shape
   * @param scale () what to multiply the gradients with (clipping)
   * @param lr () learning rate
   */
  update(step: {
    parameters: tf.Tensor;
    gradients: tf.Tensor[];
    scale: tf.Tensor;
    lr: tf.Tensor;
    state: Tensors;
  }): Update;
}

/** All elements of a list of tensors in one vector. */
export function flatten(tensors: tf.Tensor[]): tf.Tensor1D {
  return tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1]) as tf.Tensor1D));
}
