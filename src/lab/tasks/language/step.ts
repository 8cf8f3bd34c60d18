/** The steps of the language task: batches are packed, and there is one program for each size they are packed to. */
import type { OptimizerConfig } from '#shared/config.ts';
import type { Precision } from '#shared/engines.ts';
import { splitBatch, type Batch } from '../../corpus/batch.ts';
import { packAlike, type PackedBatch, type Packing, type Rounding } from '../../corpus/packing.ts';
import { parameterCount } from '../../models/layout.ts';
import { parameterLayout, textModel } from '../../models/registry.ts';
import type { TextSpec } from '../../models/text-model.ts';
import type { Accumulation, Arrays, StepSpec } from '../../steps/steps.ts';
import {
  accumulationProgram,
  gradientSpecs,
  SHARE,
  trainingProgram,
  updateProgram,
} from '../../steps/training-program.ts';
import type { BatchShape } from './inputs.ts';
import { evaluationProgram, languageObjective } from './programs.ts';

/** What a step computes. */
export interface LanguageStep {
  model: TextSpec;
  /** Null for an evaluation. */
  optimizer: OptimizerConfig | null;
  shape: BatchShape;
  /** float32 unless said. */
  precision?: Precision;
  /** Rows whose gradients are worked out at once and added up; null for all of a batch. */
  microBatch?: number | null;
}

/** A training or evaluation step on batches of a shape. */
export function languageStep(step: LanguageStep): StepSpec<Batch, Packing | null> {
  const { model, optimizer, shape, precision, microBatch } = step;
  const inParts = optimizer && microBatch ? accumulated(step, optimizer, microBatch) : null;
  const whole = inParts?.shape ?? shape;
  return {
    key: JSON.stringify(step),
    trains: optimizer !== null,
    pack: packing(model, whole),
    program(packing) {
      const sized = { ...whole, ...(packing && { packing }) };
      if (!optimizer) return evaluationProgram(model, sized, precision);
      const objective = languageObjective(model, optimizer, sized, precision);
      return inParts ? accumulationProgram(objective) : trainingProgram(objective);
    },
    ...(inParts && { accumulation: inParts.accumulation }),
  };
}

/** How batches become arrays. */
function packing(model: TextSpec, shape: BatchShape): StepSpec<Batch, Packing | null>['pack'] {
  const sharing = textModel(model).sharing(model);
  // Where padding counts, what stands before it does not tell where it begins.
  if (!sharing || shape.filled) return (batches) => ({ size: null, inputs: batches.map(plainArrays) });
  const plain = { rows: shape.batch, length: shape.length, positions: shape.targets };
  const rounding = roundingFor(model, shape);
  return (batches) => {
    const packed = packAlike(batches, plain, sharing.byPlace, rounding);
    return { size: packed[0].packing, inputs: packed.map(arraysOf) };
  };
}

/** Multiplications and additions of a step that takes a millisecond; a program takes some 25 to compile. */
const SMALL_STEP = 1e8;

/** How many programs are worth compiling; the same for all seeds, whose batches have one shape. */
function roundingFor(model: TextSpec, { batch, length }: BatchShape): Rounding {
  // A pre-trained model's program takes seconds to compile.
  if (textModel(model).sharing(model)?.compilesSlowly) return 'coarse';
  const weights = parameterCount(parameterLayout(model));
  return 6 * weights * batch * length < SMALL_STEP ? 'few' : 'fine';
}

/** A step in parts of so many rows. */
function accumulated(
  { model, shape, precision }: LanguageStep,
  optimizer: OptimizerConfig,
  rows: number,
): { shape: BatchShape; accumulation: Accumulation<Batch> } {
  const plain = {
    ...{ rows: shape.batch, length: shape.length, positions: shape.targets },
    ...(shape.input && { input: shape.input }),
    ...(shape.filled && { filled: true }),
  };
  const part = { ...shape, batch: rows, targets: Math.ceil(shape.targets / shape.batch) * rows };
  const objective = languageObjective(model, optimizer, part, precision);
  return {
    shape: part,
    accumulation: {
      scratch: gradientSpecs(objective.layout),
      parts: (batch) =>
        splitBatch(batch, plain, rows).map(({ part, share }) => ({
          part,
          inputs: { [SHARE]: Float32Array.of(share) },
        })),
      update: updateProgram(objective),
    },
  };
}

/** What the program reads of a packed batch. */
export function arraysOf(batch: PackedBatch): Arrays {
  const { tokens, places, sources, grid, cells, positions, target_cells, labels, weights } = batch;
  return { tokens, places, sources, grid, cells, positions, target_cells, labels, weights };
}

/** What a program reads of a plain batch. */
export function plainArrays({ tokens, positions, labels, weights, ends, input }: Batch): Arrays {
  return {
    ...{ tokens, positions, labels, weights },
    ...(ends && { ends }),
    ...(input && { input: input.tokens, input_ends: input.ends }),
  };
}
