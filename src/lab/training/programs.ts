/** The two programs of a run: a training step and an evaluation, over the same flat parameter vector. */
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfig } from '#shared/config.ts';
import type { DType, Program, StateValues, Tensors, TensorSpec } from '../engines/engine.ts';
import { valueAndGradients } from '../models/autodiff.ts';
import {
  initialParameters,
  parameterCount,
  parameterLayout,
  type ParameterLayout,
} from '../models/layout.ts';
import { crossEntropies, crossEntropy } from '../models/ops.ts';
import type { ResolvedModel } from '../models/resolve.ts';
import { logitsAt, unflatten } from '../models/transformer.ts';
import { clipScale, globalNorm } from '../optimizers/clip.ts';
import { createOptimizer } from '../optimizers/index.ts';

/** Static sizes of a program's inputs. */
export interface BatchShape {
  /** B: documents or questions. */
  batch: number;
  /** T: tokens of each, padded on the right. */
  length: number;
  /** P: positions that carry a label, over the whole batch. */
  targets: number;
}

const spec = (dtype: DType, ...shape: number[]): TensorSpec => ({ shape, dtype });

/** State entries a run of this model begins with: `parameters` and the optimiser's own. */
export function initialState(model: ResolvedModel, optimizer: OptimizerConfig, seed: number): StateValues {
  const layout = parameterLayout(model);
  const data = initialParameters(layout, model, seed);
  return {
    parameters: { spec: spec('float32', data.length), data },
    ...initialOptimizerState(model, optimizer),
  };
}

/** State entries of a fresh optimiser, as each stage begins with. */
export function initialOptimizerState(model: ResolvedModel, optimizer: OptimizerConfig): StateValues {
  return createOptimizer(optimizer, parameterLayout(model)).initialState;
}

/** Loss () and one gradient per layout entry. */
function lossAndGradients(
  model: ResolvedModel,
  layout: ParameterLayout,
  parameters: tf.Tensor,
  inputs: Tensors,
) {
  const { tokens, positions, labels, weights } = inputs;
  const values = Object.values(unflatten(layout, parameters));
  const loss = (...given: tf.Tensor[]) => {
    const named = Object.fromEntries(layout.map(({ name }, i) => [name, given[i]]));
    const logits = logitsAt(model, named, tokens as tf.Tensor2D, positions as tf.Tensor1D); // (P, V)
    return crossEntropy(logits, labels, weights);
  };
  const { value, gradients } = valueAndGradients(loss, values);
  return { loss: value, gradients };
}

/**
 * One optimiser step. Inputs: `tokens` (B, T), `positions` (P) into the flattened B*T, `labels` (P) and
 * their `weights` (P), learning rate `lr` (). Positions of weight 0 do not count, so that a batch may be
 * filled up. Outputs: `loss` (), the weighted mean negative log-likelihood before the step, and
 * `grad_norm` (), before clipping.
 */
export function trainProgram(
  model: ResolvedModel,
  optimizer: OptimizerConfig,
  { batch, length, targets }: BatchShape,
): Program {
  const layout = parameterLayout(model);
  const { initialState, update } = createOptimizer(optimizer, layout);
  const optimizerSpecs = Object.entries(initialState).map(([name, value]) => [name, value.spec] as const);
  return {
    name: 'train',
    state: { parameters: spec('float32', parameterCount(layout)), ...Object.fromEntries(optimizerSpecs) },
    inputs: {
      tokens: spec('int32', batch, length),
      positions: spec('int32', targets),
      labels: spec('int32', targets),
      weights: spec('float32', targets),
      lr: spec('float32'),
    },
    body(state, inputs) {
      const { loss, gradients } = lossAndGradients(model, layout, state.parameters, inputs);
      const grad_norm = globalNorm(gradients);
      const scale = clipScale(grad_norm, optimizer.clip_norm);
      const next = update({ parameters: state.parameters, gradients, scale, lr: inputs.lr, state });
      return { outputs: { loss, grad_norm }, next: { parameters: next.parameters, ...next.state } };
    },
  };
}

/**
 * Reads predictions off without training. Inputs: `tokens` (B, T), `positions` (P), `labels` (P). Outputs:
 * `predictions` (P), the most likely next token, and `losses` (P), the label's negative log-likelihood.
 */
export function evaluationProgram(model: ResolvedModel, { batch, length, targets }: BatchShape): Program {
  const layout = parameterLayout(model);
  return {
    name: 'evaluate',
    state: { parameters: spec('float32', parameterCount(layout)) },
    inputs: {
      tokens: spec('int32', batch, length),
      positions: spec('int32', targets),
      labels: spec('int32', targets),
    },
    body({ parameters }, { tokens, positions, labels }) {
      const weights = unflatten(layout, parameters);
      const logits = logitsAt(model, weights, tokens as tf.Tensor2D, positions as tf.Tensor1D); // (P, V)
      const outputs = { predictions: tf.argMax(logits, 1), losses: crossEntropies(logits, labels) };
      return { outputs, next: {} };
    },
  };
}
