/**
 * Seeds trained together: each run goes its own way (train.ts), and where several ask for a step they are
 * computed in one graph (engines/seeds/). Runs that differ in what they ask for (stage, vocabulary, shapes) are
 * computed side by side; results are those of separate runs within rounding.
 */
import type { CompiledProgram, Engine } from '../engines/engine.ts';
import { seedsTogether } from '../engines/seeds/program.ts';
import { endToEnd, partOf, SeedState, Stack } from './stack.ts';
import type { Arrays, Step, Steps, StepSpec } from './steps.ts';

/** A spec whose batches and sizes nobody here looks into. */
type AnySpec = StepSpec<unknown>;

/** A step that a run waits for. */
interface Call {
  member: number;
  spec: AnySpec;
  state: SeedState;
  batch: unknown;
  inputs: Arrays;
  resolve: (outputs: Arrays) => void;
  reject: (cause: unknown) => void;
}

/** One run's part in a cohort. */
interface Member extends Steps {
  /** The run has ended: nobody waits for it any more. To be called in any case. */
  leave(): void;
}

/** Programs of one step, by number of seeds and size of their batches. */
interface Programs {
  users: number;
  compiled: Map<string, Promise<CompiledProgram>>;
}

/**
 * Calls that are computed in one graph. Evaluations leave states as they are: seeds that ask for none at the
 * moment need not leave their stack, and calls of one stack stay together.
 */
function groupsOf(calls: readonly Call[]): Call[][] {
  const byKey = [...Map.groupBy(calls, ({ spec }) => spec.key).values()];
  return byKey.flatMap((group) =>
    group[0].spec.trains ? [group] : [...Map.groupBy(group, ({ state }) => state.stack).values()],
  );
}

/**
 * Runs that train together. A training step is computed when every run that has not left asks for one, an
 * evaluation when every run waits; so runs of equal length go in step, and those that evaluate are waited for.
 */
export class Cohort {
  private readonly engine: Engine;
  private readonly live: Set<number>;
  private readonly programs = new Map<string, Programs>();
  private waiting: Call[] = [];
  private computing = false;

  /** @param size runs, each of which gets its {@link member} */
  constructor(engine: Engine, size: number) {
    this.engine = engine;
    this.live = new Set(Array.from({ length: size }, (_, i) => i));
  }

  /** The steps of run `index`, from 0. */
  member(index: number): Member {
    return {
      createState: (values, taken) => new SeedState(values, taken),
      step: (spec) => this.stepOf(index, spec as AnySpec),
      leave: () => {
        this.live.delete(index);
        void this.compute();
      },
    };
  }

  private stepOf(member: number, spec: AnySpec): Step<unknown> {
    const { key } = spec;
    const programs = this.programs.get(key) ?? { users: 0, compiled: new Map() };
    this.programs.set(key, programs);
    programs.users++;
    return {
      run: (state, batch, inputs = {}) =>
        new Promise((resolve, reject) => {
          this.waiting.push({ member, spec, state: state as SeedState, batch, inputs, resolve, reject });
          void this.compute();
        }),
      dispose: () => {
        if (--programs.users > 0) return;
        this.programs.delete(key);
        for (const compiled of programs.compiled.values())
          void compiled.then((program: CompiledProgram) => program.dispose());
      },
    };
  }

  /** Computes what is due, once every run waits. */
  private async compute(): Promise<void> {
    if (this.computing || this.waiting.length === 0 || this.waiting.length < this.live.size) return;
    this.computing = true;
    const evaluations = this.waiting.filter(({ spec }) => !spec.trains);
    const due = (evaluations.length > 0 ? evaluations : this.waiting).toSorted((a, b) => a.member - b.member);
    this.waiting = this.waiting.filter((call) => !due.includes(call));
    for (const group of groupsOf(due)) await this.computeGroup(group);
    this.computing = false;
    void this.compute();
  }

  private async computeGroup(calls: readonly Call[]): Promise<void> {
    try {
      const outputs = await this.step(calls);
      calls.forEach((call, i) => call.resolve(outputs[i]));
    } catch (cause) {
      for (const call of calls) call.reject(cause);
    }
  }

  /** The outputs of each call. */
  private async step(calls: readonly Call[]): Promise<Arrays[]> {
    const [{ spec }] = calls;
    const stack = await this.stackOf(calls);
    // A row nobody asks about computes what another does; nothing of it is kept.
    const asked = stack.rows.map((row) => calls.find(({ state }) => state === row) ?? calls[0]);
    const { size, inputs: packed } = spec.pack(asked.map(({ batch }) => batch));
    const program = await this.compiled(spec, size, stack.rows.length);
    const read = packed.map((arrays, i) => ({ ...arrays, ...asked[i].inputs }));
    const inputs: Arrays = {};
    for (const name of Object.keys(read[0])) inputs[name] = endToEnd(read.map((one) => one[name]));
    const outputs = Object.entries(await program.run(stack.state, inputs));
    if (spec.trains) stack.changed();
    return calls.map(({ state }) => {
      const row = stack.rows.indexOf(state);
      return Object.fromEntries(outputs.map(([name, data]) => [name, partOf(data, row, stack.rows.length)]));
    });
  }

  /** The stack that holds the states of some calls; a step changes every row, so that it must hold no others. */
  private async stackOf(calls: readonly Call[]): Promise<Stack> {
    const states = calls.map(({ state }) => state);
    const [{ stack }] = states;
    const [{ spec }] = calls;
    if (stack && (!spec.trains || stack.holds(states))) return stack;
    return Stack.of(this.engine, states);
  }

  private compiled(spec: AnySpec, size: unknown, seeds: number): Promise<CompiledProgram> {
    const { compiled } = this.programs.get(spec.key)!;
    const key = JSON.stringify([size, seeds]);
    const program = compiled.get(key) ?? this.engine.compile(seedsTogether(spec.program(size), seeds));
    compiled.set(key, program);
    return program;
  }
}
