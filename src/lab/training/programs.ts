/** The two programs of a run: a training step and an evaluation, over the same flat parameter vector. */
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfig } from '#shared/config.ts';
import type { Precision } from '#shared/engines.ts';
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
import { afterScaledStep, initialLossScale } from '../optimizers/loss-scale.ts';
import { readText, spec, textInputs, type ProgramShape } from './inputs.ts';

/** State entries a run of this model begins with: `parameters`, the optimiser's own, and those of the loss scale. */
export function initialState(
  model: ResolvedModel,
  optimizer: OptimizerConfig,
  seed: number,
  precision: Precision = 'float32',
): StateValues {
  const layout = parameterLayout(model);
  const data = initialParameters(layout, model, seed);
  return {
    parameters: { spec: spec('float32', data.length), data },
    ...initialOptimizerState(model, optimizer, precision),
  };
}

/** State entries of a fresh optimiser, as each stage begins with, and of the loss scale where there is one. */
export function initialOptimizerState(
  model: ResolvedModel,
  optimizer: OptimizerConfig,
  precision: Precision = 'float32',
): StateValues {
  const { initialState } = createOptimizer(optimizer, parameterLayout(model));
  return precision === 'mixed' ? { ...initialState, ...initialLossScale() } : initialState;
}

/**
 * Loss () and one gradient per layout entry.
 * @param lossScale () what the loss is multiplied with before it is differentiated; null for nothing
 */
function lossAndGradients(
  model: ResolvedModel,
  layout: ParameterLayout,
  parameters: tf.Tensor,
  inputs: Tensors,
  shape: ProgramShape,
  lossScale: tf.Tensor | null,
) {
  const { texts, targets } = readText(inputs, shape);
  const values = Object.values(unflatten(layout, parameters));
  const loss = (...given: tf.Tensor[]) => {
    const named = Object.fromEntries(layout.map(({ name }, i) => [name, given[i]]));
    const mean = crossEntropy(logitsAt(model, named, texts, targets), inputs.labels, inputs.weights);
    return lossScale ? tf.mul(mean, lossScale) : mean;
  };
  const { value, gradients } = valueAndGradients(loss, values);
  return { loss: unscaled(value, lossScale), gradients };
}

/**
 * One optimiser step. Inputs: those of {@link textInputs}, `labels` (P) and their `weights` (P), learning rate
 * `lr` (). Positions of weight 0 do not count, so that a batch may be filled up. Outputs: `loss` (), the weighted
 * mean negative log-likelihood before the step, and `grad_norm` (), before clipping; in mixed precision also
 * `loss_scale` (), after the step, which changed nothing else if `grad_norm` is no finite number.
 */
export function trainProgram(
  model: ResolvedModel,
  optimizer: OptimizerConfig,
  shape: ProgramShape,
  precision: Precision = 'float32',
): Program {
  const layout = parameterLayout(model);
  const { update } = createOptimizer(optimizer, layout);
  const initial = initialOptimizerState(model, optimizer, precision);
  const optimizerSpecs = Object.entries(initial).map(([name, value]) => [name, value.spec] as const);
  return {
    name: 'train',
    precision,
    state: { parameters: spec('float32', parameterCount(layout)), ...Object.fromEntries(optimizerSpecs) },
    inputs: {
      ...textInputs(shape),
      labels: spec('int32', shape.targets),
      weights: spec('float32', shape.targets),
      lr: spec('float32'),
    },
    body(state, inputs) {
      const { parameters } = state;
      const lossScale = precision === 'mixed' ? state.loss_scale : null;
      const { loss, gradients } = lossAndGradients(model, layout, parameters, inputs, shape, lossScale);
      const grad_norm = unscaled(globalNorm(gradients), lossScale);
      const scale = unscaled(clipScale(grad_norm, optimizer.clip_norm), lossScale);
      const updated = update({ parameters, gradients, scale, lr: inputs.lr, state });
      const next: Tensors = { parameters: updated.parameters, ...updated.state };
      const outputs: Tensors = { loss, grad_norm };
      if (!lossScale) return { outputs, next };
      const kept = afterScaledStep(grad_norm, state, next);
      return { outputs: { ...outputs, loss_scale: kept.loss_scale }, next: kept };
    },
  };
}

/** A number () divided by the loss scale (), where there is one. */
function unscaled(x: tf.Tensor, lossScale: tf.Tensor | null): tf.Tensor {
  return lossScale ? tf.div(x, lossScale) : x;
}

/**
 * Reads predictions off without training. Inputs: those of {@link textInputs}, `labels` (P). Outputs:
 * `predictions` (P), the most likely next token, and `losses` (P), the label's negative log-likelihood.
 */
export function evaluationProgram(
  model: ResolvedModel,
  shape: ProgramShape,
  precision: Precision = 'float32',
): Program {
  const layout = parameterLayout(model);
  return {
    name: 'evaluate',
    precision,
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
