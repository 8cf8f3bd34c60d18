/** The two programs of the language task: a training step and an evaluation, over the same flat parameter vector. */
import type { OptimizerConfig } from '#shared/config.ts';
import type { Precision } from '#shared/engines.ts';
import { floatSpec, intSpec, type Program } from '../../engines/engine.ts';
import { textModel } from '../../models/registry.ts';
import { headAnswers, headLoss } from '../../models/head.ts';
import type { TextSpec } from '../../models/text-model.ts';
import {
  layoutsOf,
  trainingProgram,
  weightsIn,
  weightSpecs,
  type Objective,
} from '../../steps/training-program.ts';
import { readText, textInputs, type ProgramShape } from './inputs.ts';

/**
 * What a training step minimises. Inputs: those of {@link textInputs}, `labels` (P) and their `weights` (P).
 * The loss is the weighted mean negative log-likelihood: positions of weight 0 do not count, so that a batch may be
 * filled up.
 */
export function languageObjective(
  model: TextSpec,
  optimizer: OptimizerConfig,
  shape: ProgramShape,
  precision: Precision = 'float32',
): Objective {
  const { head, hidden } = textModel(model);
  return {
    ...layoutsOf(model),
    optimizer,
    precision,
    inputs: { ...textInputs(shape), labels: intSpec(shape.targets), weights: floatSpec(shape.targets) },
    loss(weights, inputs) {
      const read = hidden(model, weights, readText(inputs, shape));
      return headLoss(head(model, weights), read, { labels: inputs.labels, weights: inputs.weights });
    },
  };
}

/** One optimiser step (`trainingProgram`) of {@link languageObjective}. */
export function trainProgram(
  model: TextSpec,
  optimizer: OptimizerConfig,
  shape: ProgramShape,
  precision: Precision = 'float32',
): Program {
  return trainingProgram(languageObjective(model, optimizer, shape, precision));
}

/**
 * Reads predictions off without training. Inputs: those of {@link textInputs}, `labels` (P). Outputs:
 * `predictions` (P), the most likely next token, and `losses` (P), the label's negative log-likelihood.
 * @param keepsKnown also what the model knows of the texts: the arrays of a cache, (B, heads, T, width) each
 */
export function evaluationProgram(
  model: TextSpec,
  shape: ProgramShape,
  precision: Precision = 'float32',
  keepsKnown = false,
): Program {
  const layouts = layoutsOf(model);
  const { head, hidden, read } = textModel(model);
  return {
    name: keepsKnown ? 'read' : 'evaluate',
    precision,
    state: weightSpecs(layouts),
    inputs: { ...textInputs(shape), labels: intSpec(shape.targets) },
    body(state, inputs) {
      const weights = weightsIn(layouts, state);
      const given = [model, weights, readText(inputs, shape)] as const;
      const seen = keepsKnown ? read(...given) : { hidden: hidden(...given), known: {} }; // (P, D)
      const answers = headAnswers(head(model, weights), seen.hidden, inputs.labels);
      return { outputs: { ...answers, ...seen.known }, next: {} };
    },
  };
}
