/** The steps of the toy regression: features of points in, all output dimensions out. */
import type { Precision } from '#shared/engines.ts';
import { floatSpec, type Tensors } from '../../engines/engine.ts';
import type { Weights } from '../../models/layout.ts';
import { mlp, type MlpSpec } from '../../models/mlp.ts';
import { meanSquaredError } from '../../models/ops.ts';
import type { NetworkStep } from '../network-step.ts';

/**
 * Inputs: `inputs` (B, features), `targets` (B * d_y) and `weights` (B * d_y). The loss is the weighted mean squared
 * error. Answers: `predictions` (B, d_y).
 */
export function toyStep(model: MlpSpec, rows: number, precision: Precision): NetworkStep {
  const { inputs, outputs } = model;
  const predicted = (weights: Weights, given: Tensors) => mlp.forward(model, weights, given.inputs);
  return {
    name: 'regression',
    model,
    rows,
    precision,
    inputs: {
      inputs: floatSpec(rows, inputs),
      targets: floatSpec(rows, outputs),
      weights: floatSpec(rows, outputs),
    },
    loss: (weights, given) => meanSquaredError(predicted(weights, given), given.targets, given.weights),
    answers: (weights, given) => ({ predictions: predicted(weights, given) }),
  };
}
