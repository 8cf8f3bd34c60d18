/** Runs a program on packed batches: one compiled program for each size a batch is packed to. */
import type { Batch } from '../corpus/batch.ts';
import { packBatch } from '../corpus/packing.ts';
import type { CompiledProgram, Engine, EngineState, Program, TensorData } from '../engines/engine.ts';
import type { ResolvedModel } from '../models/resolve.ts';
import type { BatchShape, ProgramShape } from './inputs.ts';

export interface PackedProgram {
  /**
   * Packs a batch and runs the program on it.
   * @param inputs what the program reads beside the texts, labels and weights
   */
  run(
    state: EngineState,
    batch: Batch,
    inputs?: Record<string, TensorData>,
  ): Promise<Record<string, TensorData>>;
  dispose(): void;
}

/**
 * Compiles a program when a batch of a new size comes.
 * @param build the program for batches of a shape
 */
export function packedProgram(
  engine: Engine,
  model: ResolvedModel,
  shape: BatchShape,
  build: (shape: ProgramShape) => Program,
): PackedProgram {
  const compiled = new Map<string, Promise<CompiledProgram>>();
  const sizes = { rows: shape.batch, length: shape.length, positions: shape.targets };
  const programOf = (packing: ProgramShape['packing']) => {
    const key = JSON.stringify(packing);
    const program = compiled.get(key) ?? engine.compile(build({ ...shape, packing }));
    compiled.set(key, program);
    return program;
  };
  return {
    async run(state, batch, inputs = {}) {
      const { packing, ...arrays } = packBatch(batch, sizes, model.learned_positions);
      const program = await programOf(packing);
      return program.run(state, { ...arrays, ...inputs });
    },
    dispose() {
      for (const program of compiled.values()) void program.then((program) => program.dispose());
    },
  };
}
