/** Gradients of single examples of a network that reads one array of examples (network-step.ts). */
import type { Arrays } from '../steps/steps.ts';
import { layoutsOf } from '../steps/training-program.ts';
import type { OptimizerConfig } from '#shared/config.ts';
import type { GradientExample, GradientSource } from './inside.ts';
import type { NetworkStep } from './network-step.ts';

/** @param step of one row */
export function networkGradients(
  { model, inputs, loss }: NetworkStep,
  optimizer: OptimizerConfig,
  examples: readonly GradientExample[],
  inputsOf: (example: number) => Arrays,
): GradientSource {
  return { objective: { ...layoutsOf(model), optimizer, inputs, loss }, examples, inputs: inputsOf };
}
