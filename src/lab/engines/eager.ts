/** Engines that compute each step eagerly on a backend of tfjs; state stays where the backend keeps it. */
import * as tf from '@tensorflow/tfjs-core';
import type { EngineId } from '#shared/engines.ts';
import { onBackend } from './backends.ts';
import type {
  CompiledProgram,
  Engine,
  EngineState,
  GrowingState,
  Program,
  Specs,
  StateValues,
  TensorData,
  TensorSpec,
  Tensors,
} from './engine.ts';
import { heldData } from './release.ts';
import { checkedEntry } from './entries.ts';
import { checkPrecision } from './precision.ts';

type Values = Record<string, TensorData>;

/** A tensor that outlives the scope it was made in. */
function kept(tensor: tf.Tensor): tf.Tensor {
  return tf.keep(tf.clone(tensor));
}

function toTensor({ shape, dtype }: TensorSpec, data: TensorData): tf.Tensor {
  return tf.tensor(data, shape, dtype);
}

/** A copy of a tensor's values; tfjs may keep whole numbers in their own array even when cast to float. */
function valuesOf(tensor: tf.Tensor): TensorData {
  const values = tensor.dataSync();
  return tensor.dtype === 'float32' ? new Float32Array(values) : new Int32Array(values);
}

class EagerState implements GrowingState {
  private readonly backend: string;
  private readonly tensors = new Map<string, tf.Tensor>();

  constructor(backend: string, values: StateValues, taken: boolean) {
    this.backend = backend;
    this.add(values, taken);
  }

  add(values: StateValues, taken = false): void {
    // tfjs keeps the array it is given: a copy leaves the caller's alone.
    const tensors = () =>
      Object.entries(values).map(
        ([name, { spec, data }]) => [name, toTensor(spec, heldData(data, taken))] as const,
      );
    onBackend(this.backend, () => this.replace(Object.fromEntries(tensors())));
  }

  /** The entries a program reads. */
  tensorsOf(specs: Specs): Tensors {
    return Object.fromEntries(Object.keys(specs).map((name) => [name, checkedEntry(this.tensors, name)]));
  }

  /** Takes over new values; to be called in the scope they were made in. */
  replace(next: Tensors): void {
    const fresh = Object.entries(next).map(([name, tensor]) => [name, kept(tensor)] as const);
    for (const [name, tensor] of fresh) {
      this.tensors.get(name)?.dispose();
      this.tensors.set(name, tensor);
    }
  }

  read(name: string): Promise<TensorData> {
    return Promise.resolve(onBackend(this.backend, () => valuesOf(checkedEntry(this.tensors, name))));
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
  }
}

function runProgram(backend: string, program: Program, state: EagerState, inputs: Values): Values {
  return onBackend(backend, () => {
    const given = Object.entries(program.inputs).map(([name, spec]) => [name, toTensor(spec, inputs[name])]);
    const { outputs, next } = program.body(
      state.tensorsOf(program.state),
      Object.fromEntries(given) as Tensors,
    );
    state.replace(next);
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, valuesOf(tensor)]));
  });
}

/** Runs programs as they are, kernel by kernel. */
export class EagerEngine implements Engine {
  readonly id: EngineId;
  private readonly backend: string;

  /** @param backend a registered tfjs backend whose factory is synchronous */
  constructor(id: EngineId, backend: string) {
    this.id = id;
    this.backend = backend;
  }

  createState(values: StateValues, taken = false): GrowingState {
    return new EagerState(this.backend, values, taken);
  }

  compile(program: Program): Promise<CompiledProgram> {
    return Promise.resolve().then(() => {
      checkPrecision(this.id, program);
      return {
        run: (state: EngineState, inputs: Values) =>
          Promise.resolve(runProgram(this.backend, program, state as EagerState, inputs)),
        dispose: () => {},
      };
    });
  }

  dispose(): void {}
}
