/** The training step of any model: a task's loss, its gradients, clipping, the optimiser's update. */
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerConfig } from '#shared/config.ts';
import type { Precision } from '#shared/engines.ts';
import { floatSpec, type Program, type Specs, type StateValues, type Tensors } from '../engines/engine.ts';
import { asEntries, heldBlocks, inBlocks } from '../engines/blocks/cut.ts';
import { valueAndGradients } from '../models/autodiff.ts';
import {
  initialParameters,
  unflatten,
  vectorSpec,
  type ParameterLayout,
  type Weights,
} from '../models/layout.ts';
import type { ModelSpec } from '../models/architecture.ts';
import { frozenLayout, parameterLayout } from '../models/registry.ts';
import { scaledAdapters, type Tuning } from '../models/tuning.ts';
import { clipScale, globalNorm } from '../optimizers/clip.ts';
import { createOptimizer } from '../optimizers/index.ts';
import { flatten } from '../optimizers/optimizer.ts';
import { afterScaledStep, initialLossScale } from '../optimizers/loss-scale.ts';

/**
 * State entries a run begins with: `parameters`, the optimiser's own, and those of the loss scale.
 * @param data the parameters, drawn from the seed unless given
 */
export function initialState(
  layout: ParameterLayout,
  optimizer: OptimizerConfig,
  seed: number,
  precision: Precision = 'float32',
  data: Float32Array = initialParameters(layout, seed),
): StateValues {
  return {
    parameters: { spec: floatSpec(data.length), data },
    ...initialOptimizerState(layout, optimizer, precision),
  };
}

/** State entries of a fresh optimiser, as each stage begins with, and of the loss scale where there is one. */
export function initialOptimizerState(
  layout: ParameterLayout,
  optimizer: OptimizerConfig,
  precision: Precision = 'float32',
): StateValues {
  const { initialState } = createOptimizer(optimizer, layout);
  return precision === 'mixed' ? { ...initialState, ...initialLossScale() } : initialState;
}

/** Weights in the state: those that are trained, and those that are only read, where there are any. */
export interface Layouts {
  /** Of `parameters`. */
  layout: ParameterLayout;
  /** Of `frozen`. */
  frozen?: ParameterLayout;
  /** Low-rank matrices among those that are trained. */
  lora?: NonNullable<Tuning['lora']> | null;
}

/** Of a resolved model. */
export function layoutsOf(model: ModelSpec): Layouts {
  const { lora = null } = model.tuning ?? {};
  return { layout: parameterLayout(model), frozen: frozenLayout(model), lora };
}

/** The weights, as an evaluation reads them: vectors `parameters`, and `frozen` where there are such. */
export function weightSpecs({ layout, frozen = [] }: Layouts): Specs {
  return {
    parameters: vectorSpec(layout),
    ...(frozen.length > 0 && { frozen: vectorSpec(frozen) }),
  };
}

/** The weights by name. @param state what {@link weightSpecs} names */
export function weightsIn(layouts: Layouts, state: Tensors): Weights {
  return withFrozen(layouts, state, trainedIn(layouts, state));
}

/** Those that are trained, as they are. */
function trainedIn({ layout }: Layouts, state: Tensors): Weights {
  return unflatten(layout, ...heldBlocks(state, 'parameters'));
}

/** All weights as layers read them, from those that are trained. */
function withFrozen({ frozen = [], lora = null }: Layouts, state: Tensors, trained: Weights): Weights {
  const weights = lora ? scaledAdapters(trained, lora) : trained;
  return frozen.length > 0 ? { ...unflatten(frozen, ...heldBlocks(state, 'frozen')), ...weights } : weights;
}

const specsOf = (values: StateValues): Specs =>
  Object.fromEntries(Object.entries(values).map(([name, { spec }]) => [name, spec]));

/** What a step reads and changes: weights, and the entries of optimiser and loss scale. */
function trainedSpecs({ layout, optimizer, precision }: Objective): Specs {
  return {
    ...weightSpecs({ layout }),
    ...specsOf(initialOptimizerState(layout, optimizer, precision)),
  };
}

/** What a task says of its training step. */
export interface Objective extends Layouts {
  optimizer: OptimizerConfig;
  precision?: Precision;
  /** What a batch holds. */
  inputs: Specs;
  /** The mean loss () that is minimised. */
  loss(weights: Weights, inputs: Tensors): tf.Tensor;
}

/**
 * Loss () and one gradient per layout entry.
 * @param state holds the weights, see {@link weightSpecs}
 * @param lossScale () what the loss is multiplied with before it is differentiated; null for nothing
 */
export function lossAndGradients(
  objective: Objective,
  state: Tensors,
  inputs: Tensors,
  lossScale: tf.Tensor | null = null,
) {
  const { layout, loss } = objective;
  const values = Object.values(trainedIn(objective, state));
  const scaled = (...given: tf.Tensor[]) => {
    const named = Object.fromEntries(layout.map(({ name }, i) => [name, given[i]]));
    const mean = loss(withFrozen(objective, state, named), inputs);
    return lossScale ? tf.mul(mean, lossScale) : mean;
  };
  const { value, gradients } = valueAndGradients(scaled, values);
  return { loss: unscaled(value, lossScale), gradients };
}

/**
 * One optimiser step. Inputs: those of the objective, and the learning rate `lr` (). Outputs: `loss` () before the
 * step, and `grad_norm` (), before clipping; in mixed precision also `loss_scale` (), after the step, which changed
 * nothing else if `grad_norm` is no finite number.
 */
export function trainingProgram(objective: Objective): Program {
  const { precision = 'float32' } = objective;
  return {
    name: 'train',
    precision,
    state: { ...trainedSpecs(objective), ...weightSpecs(objective) },
    inputs: { ...objective.inputs, lr: floatSpec() },
    body(state, inputs) {
      const lossScale = precision === 'mixed' ? state.loss_scale : null;
      const { loss, gradients } = lossAndGradients(objective, state, inputs, lossScale);
      const { outputs, next } = optimizerStep(objective, gradients, state, inputs.lr);
      return { outputs: { loss, ...outputs }, next };
    },
  };
}

/** Clipping and the optimiser's update, from gradients of each weight (times the loss scale, where there is one). */
function optimizerStep(
  { layout, optimizer, precision }: Objective,
  gradients: tf.Tensor[],
  state: Tensors,
  lr: tf.Tensor,
): { outputs: Tensors; next: Tensors } {
  const lossScale = precision === 'mixed' ? state.loss_scale : null;
  const grad_norm = unscaled(globalNorm(gradients), lossScale);
  const scale = unscaled(clipScale(grad_norm, optimizer.clip_norm), lossScale);
  const { update } = createOptimizer(optimizer, layout);
  const next = update({ gradients, scale, lr, state });
  if (!lossScale) return { outputs: { grad_norm }, next };
  const kept = afterScaledStep(grad_norm, state, next);
  return { outputs: { grad_norm, loss_scale: kept.loss_scale }, next: kept };
}

/** What the gradients of a step in parts are added up in; (N). */
const GRADIENT = 'gradient';

/** Inputs that a part of a step reads beside its batch: which share of the batch's weight it holds. */
export const SHARE = 'share';

/**
 * A part of a step: adds its share of the gradient to `gradient`. Inputs: those of the objective, and {@link SHARE}
 * (). Output: `loss` (), its share of the batch's mean loss.
 */
export function accumulationProgram(objective: Objective): Program {
  const { layout, precision = 'float32' } = objective;
  const scales = precision === 'mixed' ? lossScaleSpecs() : {};
  return {
    name: 'accumulate',
    precision,
    state: { ...weightSpecs(objective), ...gradientSpecs(layout), ...scales },
    inputs: { ...objective.inputs, [SHARE]: floatSpec() },
    body(state, inputs) {
      const lossScale = state.loss_scale ?? null;
      const { loss, gradients } = lossAndGradients(objective, state, inputs, lossScale);
      const share = inputs[SHARE];
      const sums = heldBlocks(state, GRADIENT);
      const parts = inBlocks(gradients, sums);
      const added = sums.map((sum, i) => tf.add(sum, tf.mul(flatten(parts[i]), share)));
      return { outputs: { loss: tf.mul(loss, share) }, next: asEntries(GRADIENT, added) };
    },
  };
}

/** The step that {@link accumulationProgram} prepared. Input: `lr` (). Outputs as {@link trainingProgram}, but `loss`. */
export function updateProgram(objective: Objective): Program {
  const { layout, precision = 'float32' } = objective;
  return {
    name: 'update',
    precision,
    state: { ...trainedSpecs(objective), ...gradientSpecs(layout) },
    inputs: { lr: floatSpec() },
    body(state, { lr }) {
      const sums = heldBlocks(state, GRADIENT);
      const gradients = Object.values(unflatten(layout, ...sums));
      const { outputs, next } = optimizerStep(objective, gradients, state, lr);
      const zeros = sums.map(({ size }) => tf.zeros([size]));
      return { outputs, next: { ...next, ...asEntries(GRADIENT, zeros) } };
    },
  };
}

/** What a step in parts has in its state beside; zeros before it. */
export function gradientSpecs(layout: ParameterLayout): Specs {
  return { [GRADIENT]: vectorSpec(layout) };
}

function lossScaleSpecs(): Specs {
  return specsOf(initialLossScale());
}

/** A number () divided by the loss scale (), where there is one. */
function unscaled(x: tf.Tensor, lossScale: tf.Tensor | null): tf.Tensor {
  return lossScale ? tf.div(x, lossScale) : x;
}
