/**
 * An engine that keeps state vectors in blocks (cut.ts), because its device limits the size of a buffer, or because a
 * training step takes less memory then: what is made of a block is given back before the next one. From outside vectors
 * are whole: given, read, saved and shared as on any engine.
 */
import * as tf from '@tensorflow/tfjs-core';
import { sizeText } from '#shared/counting.ts';
import { UserError } from '#shared/errors.ts';
import {
  floatSpec,
  type CompiledProgram,
  type Engine,
  type GrowingState,
  type Program,
  type Specs,
  type StateValues,
  type TensorData,
} from '../engine.ts';
import { heldData, release } from '../release.ts';
import { blockName, bytesOf, cutData, cutsOf, cutSpecs, joinedData, type Cuts } from './cut.ts';

/** Entries lie where they were given until a program says how they are cut. */
class BlocksState implements GrowingState {
  readonly held: GrowingState;
  private readonly given = new Map<string, StateValues[string]>();
  private readonly cuts = new Map<string, NonNullable<ReturnType<Cuts['get']>>>();

  constructor(held: GrowingState, values: StateValues, taken: boolean) {
    this.held = held;
    this.add(values, taken);
  }

  add(values: StateValues, taken = false): void {
    for (const [name, { spec, data }] of Object.entries(values))
      this.given.set(name, { spec, data: heldData(data, taken) });
  }

  /** Brings the entries that a program reads to the device. */
  hold(names: readonly string[], cuts: Cuts): void {
    for (const name of names) {
      const value = this.given.get(name);
      if (!value) continue;
      const blocks = cuts.get(name);
      if (blocks) this.holdCut(name, value.data, blocks);
      else this.held.add({ [name]: value });
      this.given.delete(name);
      release(value.data);
    }
  }

  private holdCut(name: string, data: TensorData, blocks: NonNullable<ReturnType<Cuts['get']>>): void {
    const parts = cutData(data, blocks);
    blocks.forEach((spec, i) => this.held.add({ [blockName(name, i)]: { spec, data: parts[i] } }));
    this.cuts.set(name, blocks);
  }

  async read(name: string): Promise<TensorData> {
    const given = this.given.get(name);
    if (given) return given.data.slice();
    const blocks = this.cuts.get(name);
    if (!blocks) return this.readWhole(name);
    return joinedData(await Promise.all(blocks.map((_, i) => this.held.read(blockName(name, i)))), blocks);
  }

  /** An error names all entries, those too that are not on the device. */
  private async readWhole(name: string): Promise<TensorData> {
    try {
      return await this.held.read(name);
    } catch (error) {
      const others = [...this.given.keys(), ...this.cuts.keys()].join(', ');
      if (!(error instanceof Error) || others === '') throw error;
      throw new Error(`${error.message}; in blocks, or not read yet: ${others}`, { cause: error });
    }
  }

  dispose(): void {
    this.given.clear();
    this.held.dispose();
  }
}

/** Fills a buffer, which stays on the device. */
const fillProgram = (elements: number): Program => ({
  name: 'fill',
  state: {},
  inputs: { x: floatSpec() },
  body: (_state, { x }) => ({ outputs: {}, next: { filled: tf.add(tf.zeros([elements]), x) } }),
});

export class BlocksEngine implements Engine {
  readonly id: Engine['id'];
  /** Bytes of a buffer that the device is sure to have; absent where nothing limits one. */
  readonly bufferLimit?: number;
  private readonly bytes: number;
  private readonly engine: Engine;
  /** Bytes of the largest single weight that was found to fit. */
  private fits: number;

  /**
   * @param bytes of a block
   * @param limited every such device has a buffer of so many bytes, and may have no larger one
   */
  constructor(engine: Engine, bytes: number, limited = true) {
    this.id = engine.id;
    this.engine = engine;
    this.bytes = bytes;
    if (limited) this.bufferLimit = bytes;
    this.fits = limited ? bytes : Infinity;
  }

  createState(values: StateValues, taken = false): GrowingState {
    return new BlocksState(this.engine.createState({}), values, taken);
  }

  /** @throws UserError `engine.buffer` where a single weight is too large for the device */
  async compile(program: Program): Promise<CompiledProgram> {
    const cuts = cutsOf(program.state, this.bytes);
    const specs = cutSpecs(program.state, cuts);
    await this.checkFits(specs);
    const names = Object.keys(program.state);
    const compiled = await this.engine.compile({ ...program, state: specs });
    return {
      run(state, inputs) {
        const { held } = state as BlocksState;
        (state as BlocksState).hold(names, cuts);
        return compiled.run(held, inputs);
      },
      dispose: () => compiled.dispose(),
    };
  }

  /** What every device has is not tried: only a weight that is larger alone. */
  private async checkFits(specs: Specs): Promise<void> {
    const largest = Math.max(0, ...Object.values(specs).map(bytesOf));
    if (largest <= this.fits) return;
    try {
      await this.fill(largest);
    } catch (cause) {
      throw tooLarge(this.id, largest, this.bytes, cause);
    }
    this.fits = largest;
  }

  private async fill(bytes: number): Promise<void> {
    const program = await this.engine.compile(fillProgram(bytes / Float32Array.BYTES_PER_ELEMENT));
    const state = this.engine.createState({});
    try {
      await program.run(state, { x: Float32Array.of(1) });
    } finally {
      state.dispose();
      program.dispose();
    }
  }

  dispose(): void {
    this.engine.dispose();
  }
}

function tooLarge(id: Engine['id'], bytes: number, limit: number, cause: unknown): UserError {
  return new UserError(
    'engine.buffer',
    `engine: ${id}: the largest weight of this model takes a buffer of ${sizeText(bytes)}, and the device gives none of that size (${sizeText(limit)} are sure; frozen weights and LoRA need it as well); choose engine: onnx, which has no such limit, or a model with a smaller vocabulary`,
    { cause },
  );
}
