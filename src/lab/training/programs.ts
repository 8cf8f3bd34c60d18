/** The two programs of a run: a training step and an evaluation, over the same flat parameter vector. */
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfig } from '#shared/config.ts';
import type { Program, StateValues, Tensors } from '../engines/engine.ts';
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
import { readText, spec, textInputs, type ProgramShape } from './inputs.ts';

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
  shape: ProgramShape,
) {
  const { texts, targets } = readText(inputs, shape);
  const values = Object.values(unflatten(layout, parameters));
  const loss = (...given: tf.Tensor[]) => {
    const named = Object.fromEntries(layout.map(({ name }, i) => [name, given[i]]));
    return crossEntropy(logitsAt(model, named, texts, targets), inputs.labels, inputs.weights);
  };
  const { value, gradients } = valueAndGradients(loss, values);
  return { loss: value, gradients };
}

/**
 * One optimiser step. Inputs: those of {@link textInputs}, `labels` (P) and their `weights` (P), learning rate
 * `lr` (). Positions of weight 0 do not count, so that a batch may be filled up. Outputs: `loss` (), the weighted mean negative log-likelihood before the step, and
 * `grad_norm` (), before clipping.
 */
export function trainProgram(model: ResolvedModel, optimizer: OptimizerConfig, shape: ProgramShape): Program {
  const layout = parameterLayout(model);
  const { initialState, update } = createOptimizer(optimizer, layout);
  const optimizerSpecs = Object.entries(initialState).map(([name, value]) => [name, value.spec] as const);
  return {
    name: 'train',
    state: { parameters: spec('float32', parameterCount(layout)), ...Object.fromEntries(optimizerSpecs) },
    inputs: {
      ...textInputs(shape),
      labels: spec('int32', shape.targets),
      weights: spec('float32', shape.targets),
      lr: spec('float32'),
    },
    body(state, inputs) {
      const { loss, gradients } = lossAndGradients(model, layout, state.parameters, inputs, shape);
      const grad_norm = globalNorm(gradients);
      const scale = clipScale(grad_norm, optimizer.clip_norm);
      const next = update({ parameters: state.parameters, gradients, scale, lr: inputs.lr, state });
      return { outputs: { loss, grad_norm }, next: { parameters: next.parameters, ...next.state } };
    },
  };
}

/**
 * Reads predictions off without training. Inputs: those of {@link textInputs}, `labels` (P). Outputs:
 * `predictions` (P), the most likely next token, and `losses` (P), the label's negative log-likelihood.
 */
export function evaluationProgram(model: ResolvedModel, shape: ProgramShape): Program {
  const layout = parameterLayout(model);
  return {
    name: 'evaluate',
    state: { parameters: spec('float32', parameterCount(layout)) },
    inputs: { ...textInputs(shape), labels: spec('int32', shape.targets) },
    body({ parameters }, inputs) {
      const { texts, targets } = readText(inputs, shape);
      const logits = logitsAt(model, unflatten(layout, parameters), texts, targets); // (P, V)
      return {
        outputs: { predictions: tf.argMax(logits, 1), losses: crossEntropies(logits, inputs.labels) },
        next: {},
      };
    },
  };
}
