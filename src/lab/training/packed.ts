/** Runs programs on packed batches: one compiled program for each size a batch is packed to. */
import type { OptimizerConfig } from '#shared/config.ts';
import type { Precision } from '#shared/engines.ts';
import type { Batch } from '../corpus/batch.ts';
import { packBatch } from '../corpus/packing.ts';
import type {
  CompiledProgram,
  Engine,
  EngineState,
  Program,
  StateValues,
  TensorData,
} from '../engines/engine.ts';
import type { ResolvedModel } from '../models/resolve.ts';
import type { BatchShape, ProgramShape } from './inputs.ts';
import { evaluationProgram, trainProgram } from './programs.ts';

/** What a program computes. */
export interface Task {
  model: ResolvedModel;
  /** Null for an evaluation. */
  optimizer: OptimizerConfig | null;
  shape: BatchShape;
  /** float32 unless said. */
  precision?: Precision;
}

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

/** Where a run's steps are computed: on an engine by itself, or together with other seeds (cohort.ts). */
export interface Steps {
  createState(values: StateValues): EngineState;
  program(task: Task): PackedProgram;
}

/** The program of a task on batches of a shape. */
export function programOf({ model, optimizer, precision }: Task, shape: ProgramShape): Program {
  return optimizer
    ? trainProgram(model, optimizer, shape, precision)
    : evaluationProgram(model, shape, precision);
}

/** Sizes of the plain batches of a task. */
export function batchSizes({ shape }: Task) {
  return { rows: shape.batch, length: shape.length, positions: shape.targets };
}

/** Steps of one run on an engine. */
export function alone(engine: Engine): Steps {
  return {
    createState: (values) => engine.createState(values),
    program: (task) => packedProgram(engine, task),
  };
}

/** A program on an engine, compiled when a batch of a new size comes. */
export function packedProgram(engine: Engine, task: Task): PackedProgram {
  const compiled = new Map<string, Promise<CompiledProgram>>();
  const compiledFor = (packing: ProgramShape['packing']) => {
    const key = JSON.stringify(packing);
    const program = compiled.get(key) ?? engine.compile(programOf(task, { ...task.shape, packing }));
    compiled.set(key, program);
    return program;
  };
  return {
    async run(state, batch, inputs = {}) {
      const { packing, ...arrays } = packBatch(batch, batchSizes(task), task.model.learned_positions);
      const program = await compiledFor(packing);
      return program.run(state, { ...arrays, ...inputs });
    },
    dispose() {
      for (const program of compiled.values()) void program.then((program) => program.dispose());
    },
  };
}
