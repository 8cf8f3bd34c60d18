/** The reference engine: every step computed eagerly by tfjs's plain JavaScript backend. Slow, for tests. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { onBackend } from './backends.ts';
import type {
  CompiledProgram,
  Engine,
  EngineState,
  Program,
  Specs,
  StateValues,
  TensorData,
  Tensors,
} from './engine.ts';
import { checkedEntry } from './entries.ts';

tf.enableProdMode(); // the backend advises against itself otherwise

type Values = Record<string, TensorData>;

/** Device and version, for people. */
export function referenceDetail(): string {
  return `plain JavaScript, for tests; TensorFlow.js ${tf.version_core}`;
}

/** State as plain arrays; tensors live only during a step. */
class ReferenceState implements EngineState {
  readonly values: Map<string, TensorData>;

  constructor(values: StateValues) {
    this.values = new Map(Object.entries(values).map(([name, { data }]) => [name, data.slice()]));
  }

  read(name: string): Promise<TensorData> {
    return Promise.resolve(checkedEntry(this.values, name).slice());
  }

  dispose(): void {
    this.values.clear();
  }
}

function toTensors(specs: Specs, value: (name: string) => TensorData): Tensors {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, dtype }]) => [name, tf.tensor(value(name), shape, dtype)]),
  );
}

/** A copy of a tensor's values; tfjs keeps whole numbers in their own array even when cast to float. */
function valuesOf(tensor: tf.Tensor): TensorData {
  const values = tensor.dataSync();
  return tensor.dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
}

function toValues(tensors: Tensors): Values {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, valuesOf(tensor)]));
}

function runProgram(program: Program, state: ReferenceState, inputs: Values): Values {
  return onBackend('cpu', () => {
    const result = program.body(
      toTensors(program.state, (name) => checkedEntry(state.values, name)),
      toTensors(program.inputs, (name) => inputs[name]),
    );
    for (const [name, data] of Object.entries(toValues(result.next))) state.values.set(name, data);
    return toValues(result.outputs);
  });
}

/** The engine that defines what the others must compute. */
export class ReferenceEngine implements Engine {
  readonly id = 'reference';

  createState(values: StateValues): EngineState {
    return new ReferenceState(values);
  }

  compile(program: Program): Promise<CompiledProgram> {
    return Promise.resolve({
      run: (state: EngineState, inputs: Values) =>
        Promise.resolve(runProgram(program, state as ReferenceState, inputs)),
      dispose: () => {},
    });
  }

  dispose(): void {}
}
