/** Steps: what a task computes again and again, on one engine alone or for several seeds together (cohort.ts). */
import type {
  CompiledProgram,
  Engine,
  EngineState,
  Program,
  StateValues,
  TensorData,
} from '../engines/engine.ts';

export type Arrays = Record<string, TensorData>;

/** Batches as arrays of one size. */
interface Packed<Size> {
  /** What the program has to be made for; plain values. */
  size: Size;
  /** For each batch, what the program reads of it. */
  inputs: Arrays[];
}

/** A step of a task: how its batches become arrays, and the program that reads them. */
export interface StepSpec<Batch, Size = unknown> {
  /** Equal for steps that compute alike, whatever the seed. */
  key: string;
  /** Whether it changes the state; an evaluation does not. */
  trains: boolean;
  /** @param batches one for each seed that computes the step */
  pack(batches: readonly Batch[]): Packed<Size>;
  program(size: Size): Program;
}

export interface Step<Batch> {
  /**
   * Runs the step on a batch.
   * @param inputs what its program reads beside the batch
   */
  run(state: EngineState, batch: Batch, inputs?: Arrays): Promise<Arrays>;
  dispose(): void;
}

/** Where a run's steps are computed: on an engine by itself, or together with other seeds (cohort.ts). */
export interface Steps {
  createState(values: StateValues): EngineState;
  step<Batch, Size>(spec: StepSpec<Batch, Size>): Step<Batch>;
}

/** Steps of one run on an engine. */
export function alone(engine: Engine): Steps {
  return {
    createState: (values) => engine.createState(values),
    step: (spec) => stepOn(engine, spec),
  };
}

/** A step on an engine; its program is compiled when a batch of a new size comes. */
export function stepOn<Batch, Size>(engine: Engine, spec: StepSpec<Batch, Size>): Step<Batch> {
  const compiled = new Map<string, Promise<CompiledProgram>>();
  const compiledFor = (size: Size) => {
    const key = JSON.stringify(size);
    const program = compiled.get(key) ?? engine.compile(spec.program(size));
    compiled.set(key, program);
    return program;
  };
  return {
    async run(state, batch, inputs = {}) {
      const { size, inputs: packed } = spec.pack([batch]);
      const program = await compiledFor(size);
      return program.run(state, { ...packed[0], ...inputs });
    },
    dispose() {
      for (const program of compiled.values()) void program.then((program) => program.dispose());
    },
  };
}
