/** The steps of the language task: batches are packed, and there is one program for each size they are packed to. */
import type { OptimizerConfig } from '#shared/config.ts';
import type { Precision } from '#shared/engines.ts';
import type { Batch } from '../../corpus/batch.ts';
import { packAlike, type PackedBatch, type Packing } from '../../corpus/packing.ts';
import type { TransformerSpec } from '../../models/transformer-spec.ts';
import type { Arrays, StepSpec } from '../../steps/steps.ts';
import type { BatchShape } from './inputs.ts';
import { evaluationProgram, trainProgram } from './programs.ts';

/** What a step computes. */
export interface LanguageStep {
  model: TransformerSpec;
  /** Null for an evaluation. */
  optimizer: OptimizerConfig | null;
  shape: BatchShape;
  /** float32 unless said. */
  precision?: Precision;
}

/** A training or evaluation step on batches of a shape. */
export function languageStep(step: LanguageStep): StepSpec<Batch, Packing> {
  const { model, optimizer, shape, precision } = step;
  const plain = { rows: shape.batch, length: shape.length, positions: shape.targets };
  return {
    key: JSON.stringify(step),
    trains: optimizer !== null,
    pack(batches) {
      const packed = packAlike(batches, plain, model.learned_positions);
      const [{ packing }] = packed;
      return { size: packing, inputs: packed.map(arraysOf) };
    },
    program(packing) {
      const sized = { ...shape, packing };
      return optimizer
        ? trainProgram(model, optimizer, sized, precision)
        : evaluationProgram(model, sized, precision);
    },
  };
}

/** What the program reads of a packed batch. */
function arraysOf(batch: PackedBatch): Arrays {
  const { tokens, places, sources, grid, cells, positions, target_cells, labels, weights } = batch;
  return { tokens, places, sources, grid, cells, positions, target_cells, labels, weights };
}
