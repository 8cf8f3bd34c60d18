/** Steps: what a task computes again and again, on one engine alone or for several seeds together (cohort.ts). */
import type {
  CompiledProgram,
  Engine,
  EngineState,
  Program,
  Specs,
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
  /** Where a batch is too much for one program: its parts, and what is done with what they add up to. */
  accumulation?: Accumulation<Batch>;
}

/** A step in parts: a program adds to the state for each, another one makes the step of it. */
export interface Accumulation<Batch> {
  /** What is added up, all zero before and after a step; no part of what a run saves. */
  scratch: Specs;
  /** Parts of a batch, each with what its program reads beside. */
  parts(batch: Batch): { part: Batch; inputs: Arrays }[];
  /** Reads what {@link Step.run} is given beside the batch. */
  update: Program;
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
  /** As `Engine.createState`. */
  createState(values: StateValues, taken?: boolean): EngineState;
  step<Batch, Size>(spec: StepSpec<Batch, Size>): Step<Batch>;
}

/** The state entries that a step has for itself, as they are before it. */
export function scratchOf(spec: { accumulation?: { scratch: Specs } }): StateValues {
  const zeros = Object.entries(spec.accumulation?.scratch ?? {}).map(([name, spec]) => {
    const size = spec.shape.reduce((product, n) => product * n, 1);
    return [name, { spec, data: spec.dtype === 'float32' ? new Float32Array(size) : new Int32Array(size) }];
  });
  return Object.fromEntries(zeros) as StateValues;
}

/** Steps of one run on an engine. */
export function alone(engine: Engine): Steps {
  return {
    createState: (values, taken) => engine.createState(values, taken),
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
  const runPart = async (state: EngineState, batch: Batch, inputs: Arrays) => {
    const { size, inputs: packed } = spec.pack([batch]);
    const program = await compiledFor(size);
    return program.run(state, { ...packed[0], ...inputs });
  };
  const { accumulation } = spec;
  let update: Promise<CompiledProgram> | null = null;
  return {
    async run(state, batch, inputs = {}) {
      if (!accumulation) return runPart(state, batch, inputs);
      const sums: Arrays = {};
      for (const { part, inputs } of accumulation.parts(batch))
        addTo(sums, await runPart(state, part, inputs));
      update ??= engine.compile(accumulation.update);
      return { ...sums, ...(await (await update).run(state, inputs)) };
    },
    dispose() {
      for (const program of compiled.values()) void program.then((program) => program.dispose());
      void update?.then((program) => program.dispose());
    },
  };
}

function addTo(sums: Arrays, more: Arrays): void {
  for (const [name, values] of Object.entries(more)) {
    const sum = (sums[name] ??= new Float32Array(values.length));
    values.forEach((value, i) => (sum[i] += value));
  }
}
