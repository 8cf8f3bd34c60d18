/** A training to be measured, of any task: what Credence computes, and what a peer needs to compute the same. */
import type { Batch } from '#lab/corpus/batch.ts';
import { floatSpec, intSpec, type Program, type Specs } from '#lab/engines/engine.ts';
import type { ModelSpec } from '#lab/models/architecture.ts';
import type { ParameterLayout } from '#lab/models/layout.ts';
import { parameterLayout } from '#lab/models/registry.ts';
import type { TextSpec } from '#lab/models/text-model.ts';
import type { Arrays } from '#lab/steps/steps.ts';
import type { BatchShape } from '#lab/tasks/language/inputs.ts';
import { languageStep, plainArrays } from '#lab/tasks/language/step.ts';
import type { OptimizerConfig } from '#shared/config.ts';
import type { Precision } from '#shared/engines.ts';

/** A batch as a training program reads it. */
interface Ready {
  /** Equal for batches that one program can read. */
  key: string;
  program: (precision?: Precision) => Program;
  inputs: Arrays;
}

/** A model, its optimiser and batches to train on in turn. */
export interface Work {
  /** Its fields are all that a peer needs to build it. */
  model: ModelSpec;
  layout: ParameterLayout;
  optimizer: OptimizerConfig;
  lr: number;
  /** The arrays of a batch, by name; peers read them from files. */
  inputs: Specs;
  batches: Arrays[];
  ready(batch: number): Ready;
}

/** Training of a transformer on texts, whose batches are packed. */
export function languageWork(texts: {
  model: TextSpec;
  optimizer: OptimizerConfig;
  shape: BatchShape;
  batches: Batch[];
  lr: number;
}): Work {
  const { model, optimizer, shape, batches, lr } = texts;
  const stepIn = (precision?: Precision) =>
    languageStep({ model, optimizer, shape, ...(precision && { precision }) });
  const step = stepIn();
  const { targets } = shape;
  return {
    ...{ model, layout: parameterLayout(model), optimizer, lr },
    inputs: {
      tokens: intSpec(shape.batch, shape.length),
      positions: intSpec(targets),
      labels: intSpec(targets),
      weights: floatSpec(targets),
    },
    batches: batches.map(plainArrays),
    ready(index) {
      const { size, inputs } = step.pack([batches[index]]);
      return {
        key: JSON.stringify(size),
        program: (precision) => stepIn(precision).program(size),
        inputs: inputs[0],
      };
    },
  };
}
