/** States of several seeds as one state of an engine, each entry with a leading axis over the seeds. */
import type { Engine, EngineState, StateValues, TensorData } from '../engines/engine.ts';
import { heldData } from '../engines/release.ts';

/** Arrays end to end. */
export function endToEnd(arrays: readonly TensorData[]): TensorData {
  const size = arrays.reduce((sum, { length }) => sum + length, 0);
  const whole = arrays[0] instanceof Float32Array ? new Float32Array(size) : new Int32Array(size);
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}

/** One of `count` equal parts. */
export function partOf(whole: TensorData, index: number, count: number): TensorData {
  const size = whole.length / count;
  return whole.slice(index * size, (index + 1) * size);
}

/** The state of one seed: values of its own until it is first computed with, then a row of a stack. */
export class SeedState implements EngineState {
  stack: Stack | null = null;
  private values: StateValues | null;
  private readonly specs: StateValues;

  /** @param taken as of `Engine.createState` */
  constructor(values: StateValues, taken = false) {
    this.values = Object.fromEntries(
      Object.entries(values).map(([name, { spec, data }]) => [name, { spec, data: heldData(data, taken) }]),
    );
    this.specs = Object.fromEntries(
      Object.entries(values).map(([name, { spec }]) => [name, { spec, data: new Float32Array(0) }]),
    );
  }

  async read(name: string): Promise<TensorData> {
    if (this.stack) return this.stack.read(this, name);
    const entry = this.values?.[name];
    if (!entry) throw new Error(`the state of a seed has no entry ${name}`);
    return entry.data.slice();
  }

  /** Every entry. */
  async readAll(): Promise<StateValues> {
    const entries = Object.entries(this.specs).map(
      async ([name, { spec }]) => [name, { spec, data: await this.read(name) }] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Becomes a row of another stack. */
  join(stack: Stack): void {
    this.stack?.leave(this);
    this.stack = stack;
    this.values = null;
  }

  dispose(): void {
    this.stack?.leave(this);
    this.stack = null;
    this.values = null;
  }
}

export class Stack {
  /** The rows in order; those of seeds that left stay, unused. */
  readonly rows: readonly SeedState[];
  readonly state: EngineState;
  private readonly inUse: Set<SeedState>;
  private readonly copies = new Map<string, Promise<TensorData>>();

  private constructor(rows: readonly SeedState[], state: EngineState) {
    this.rows = rows;
    this.state = state;
    this.inUse = new Set(rows);
  }

  /** Stacks the states of some seeds, which leave the stacks that they were in. */
  static async of(engine: Engine, rows: readonly SeedState[]): Promise<Stack> {
    const values = await Promise.all(rows.map((row) => row.readAll()));
    const stacked: StateValues = {};
    for (const [name, { spec }] of Object.entries(values[0])) {
      const data = endToEnd(values.map((one) => one[name].data));
      stacked[name] = { spec: { ...spec, shape: [rows.length, ...spec.shape] }, data };
    }
    const stack = new Stack(rows, engine.createState(stacked));
    rows.forEach((row) => row.join(stack));
    return stack;
  }

  /** Whether its rows are just these, in this order. */
  holds(rows: readonly SeedState[]): boolean {
    return rows.length === this.rows.length && rows.every((row, i) => row === this.rows[i]);
  }

  /** A step was computed: what was read before is out of date. */
  changed(): void {
    this.copies.clear();
  }

  async read(row: SeedState, name: string): Promise<TensorData> {
    // Read once for all seeds: they save at the same steps.
    const copy = this.copies.get(name) ?? this.state.read(name);
    this.copies.set(name, copy);
    return partOf(await copy, this.rows.indexOf(row), this.rows.length);
  }

  leave(row: SeedState): void {
    this.inUse.delete(row);
    if (this.inUse.size > 0) return;
    this.copies.clear();
    this.state.dispose();
  }
}
