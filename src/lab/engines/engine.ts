/**
 * What an engine is: something that runs pure tensor programs fast. Model code is written once against
 * the tfjs-core API; an engine may run it eagerly (`reference`, `tensorflow`) or trace it once into a graph
 * (`onnx`).
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { EngineId, Precision } from '#shared/engines.ts';

type DType = 'float32' | 'int32';
export type TensorData = Float32Array | Int32Array;

export interface TensorSpec {
  shape: number[];
  dtype: DType;
  /**
   * Of a state vector that is used in parts: how long each is, in the order of the last axis. A device whose buffers
   * are too small for the whole holds it in blocks of whole parts (blocks/).
   */
  parts?: readonly number[];
}

export type Specs = Record<string, TensorSpec>;
export type Tensors = Record<string, tf.Tensor>;

/** The spec of a float32 tensor of this shape. */
export const floatSpec = (...shape: number[]): TensorSpec => ({ shape, dtype: 'float32' });

/** The spec of an int32 tensor of this shape. */
export const intSpec = (...shape: number[]): TensorSpec => ({ shape, dtype: 'int32' });

/**
 * A pure step: state and inputs in, outputs and the next state out. All shapes are static.
 */
export interface Program {
  name: string;
  /** How matrix products are computed; `float32` unless said. All else is float32. */
  precision?: Precision;
  /** State the program reads; names are keys of the `EngineState` it runs on. */
  state: Specs;
  /** Fed anew on each run. */
  inputs: Specs;
  /** `next` holds only the state entries that change; it must not read tensor values (`dataSync`). */
  body(state: Tensors, inputs: Tensors): { outputs: Tensors; next: Tensors };
}

/** Named values to start a state from. */
export type StateValues = Record<string, { spec: TensorSpec; data: TensorData }>;

/** Named values that stay with the engine between runs: parameters and optimiser state. */
export interface EngineState {
  /** A copy of an entry's value. */
  read(name: string): Promise<TensorData>;
  dispose(): void;
}

/** A state that may be given further entries. */
export interface GrowingState extends EngineState {
  /** The values are copied; an entry that is there is replaced. */
  add(values: StateValues): void;
}

export interface CompiledProgram {
  /**
   * Runs one step on `state`, which is updated in place with the program's `next`.
   * @returns the program's outputs, as plain arrays
   */
  run(state: EngineState, inputs: Record<string, TensorData>): Promise<Record<string, TensorData>>;
  dispose(): void;
}

export interface Engine {
  readonly id: EngineId;
  /** Bytes above which state vectors are kept in blocks; left out where they never are. */
  readonly bufferLimit?: number;
  /**
   * The values are copied, and the caller may reuse its arrays, unless they are `taken`: then they are the state's own,
   * and beside the weights of a large model no copy of them is ever held.
   */
  createState(values: StateValues, taken?: boolean): GrowingState;
  compile(program: Program): Promise<CompiledProgram>;
  dispose(): void;
}
