/** Steps of a network that reads one array of examples: batches are of one size and go in as they are. */
import type { OptimizerConfig } from '#shared/config.ts';
import type { Precision } from '#shared/engines.ts';
import type { Program, Specs, TensorData, Tensors } from '../engines/engine.ts';
import type { ModelSpec } from '../models/architecture.ts';
import type { Weights } from '../models/layout.ts';
import { parameterLayout } from '../models/registry.ts';
import type { StepSpec } from '../steps/steps.ts';
import { weightsIn, weightSpecs, trainingProgram, type Objective } from '../steps/training-program.ts';

/** What a network's task computes, for batches of so many rows. */
export interface NetworkStep {
  name: string;
  model: ModelSpec;
  rows: number;
  precision: Precision;
  inputs: Specs;
  loss: Objective['loss'];
  /** What an evaluation puts out. */
  answers(weights: Weights, inputs: Tensors): Tensors;
}

/** @param optimizer null for an evaluation */
export function networkStep<Batch extends Record<keyof Batch, unknown>>(
  step: NetworkStep,
  optimizer: OptimizerConfig | null,
): StepSpec<Batch, null> {
  const { name, model, rows, precision, inputs } = step;
  const names = Object.keys(inputs) as (keyof Batch)[];
  return {
    key: JSON.stringify({ name, model, rows, precision, optimizer }),
    trains: optimizer !== null,
    pack: (batches) => ({
      size: null,
      inputs: batches.map((batch) =>
        Object.fromEntries(names.map((name) => [name, batch[name] as unknown as TensorData])),
      ),
    }),
    program: () =>
      optimizer
        ? trainingProgram({ layout: parameterLayout(model), optimizer, precision, inputs, loss: step.loss })
        : evaluationProgram(step),
  };
}

function evaluationProgram({ model, precision, inputs, answers }: NetworkStep): Program {
  const layout = parameterLayout(model);
  return {
    name: 'evaluate',
    precision,
    state: weightSpecs({ layout }),
    inputs,
    body: (state, given) => ({ outputs: answers(weightsIn({ layout }, state), given), next: {} }),
  };
}
