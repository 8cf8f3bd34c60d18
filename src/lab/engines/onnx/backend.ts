/**
 * A tfjs backend that computes nothing: each kernel appends a node to a graph, and a tensor's data is the
 * name of a value in it. Constants stay as values until a node reads them, so that kernels can see them.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Precision } from '#shared/engines.ts';
import { CountedBackend } from '../counted-backend.ts';
import { ADAMW_STEP } from '../fused.ts';
import type { Attributes, Graph } from './graph.ts';
import { MOST_WEIGHTS, type InPlaceStep } from './in-place/step.ts';
import { PREFIX } from './prefixes.ts';
import type { OnnxType } from './proto.ts';

export type ConstantValues = Float32Array | Int32Array | Uint8Array;

/** What stands behind a tensor: a value of the graph, or a constant. */
interface Entry {
  /** Name in the graph; null for a constant. */
  name: string | null;
  /** Elements of a constant, where they differ. */
  constant: ConstantValues | null;
  /** Value of every element, where a constant has only one. */
  uniform: number | null;
}

/** How a program is recorded; what each means is said at {@link TracingBackend}. */
export interface Recording {
  precision: Precision;
  threads: number | null;
}

/** A stretch of a state vector, read as a tensor of some shape without being copied. */
export interface StateView {
  entry: string;
  begin: number;
  shape: number[];
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** The ONNX type of a tfjs type; strings and complex numbers have no place in a program. */
export function onnxType(dtype: tf.DataType): keyof typeof ARRAYS & OnnxType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`a traced program cannot hold ${dtype} tensors`);
}

function uniformValue(values: ArrayLike<number>): number | null {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], values[0])) return null;
  return values.length > 0 ? values[0] : null;
}

export class TracingBackend extends CountedBackend<Entry> {
  protected readonly foreign = 'a traced program read a tensor of another program; pass it as state or input';
  private current: Graph | null = null;
  private products: Precision = 'float32';
  private processor: number | null = null;
  /** Steps that are left to the processor (in-place/step.ts). */
  readonly inPlaceSteps: InPlaceStep[] = [];
  /** Stretches of state vectors that the program reads where they are, by the name of the input they are fed as. */
  readonly stateViews = new Map<string, StateView>();

  /** The graph being recorded. */
  get graph(): Graph {
    if (!this.current) throw new Error('no program is being traced');
    return this.current;
  }

  /** How the matrix products of the program being recorded are computed. */
  get precision(): Precision {
    return this.products;
  }

  /** Threads of ONNX Runtime's CPU provider; null where another provider computes. */
  get threads(): number | null {
    return this.processor;
  }

  /** Records what `body` computes into `graph`; its tensors mean nothing afterwards. */
  record<T>(graph: Graph, { precision, threads }: Recording, body: () => T): T {
    if (this.current) throw new Error('a program is already being traced');
    this.current = graph;
    this.products = precision;
    this.processor = threads;
    this.inPlaceSteps.length = 0;
    this.stateViews.clear();
    try {
      return body();
    } finally {
      this.current = null;
      this.entries.clear();
    }
  }

  /** Whether a fused kernel can be used here. */
  offers(name: string, { parameters }: Record<string, tf.TensorInfo>): boolean {
    if (name !== ADAMW_STEP) return true;
    return this.threads !== null && tf.util.sizeFromShape(parameters.shape) <= MOST_WEIGHTS;
  }

  private add(entry: Entry, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    return { dataId: this.hold(entry), shape, dtype };
  }

  /** A tensor that stands for a value of the graph. */
  value(name: string, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    return this.add({ name, constant: null, uniform: null }, shape, dtype);
  }

  /** A stretch of a state vector as a tensor; fed by the engine (`OnnxState.view`). */
  stateView(view: StateView): tf.TensorInfo {
    const { entry, begin, shape } = view;
    const name = `${PREFIX.state}${entry}[${begin}][${shape.join()}]`;
    if (!this.stateViews.has(name)) this.graph.input(name, 'float32', shape, true);
    this.stateViews.set(name, view);
    return this.value(name, shape, 'float32');
  }

  /**
   * A state vector as something that stretches can be read of without copying; null for all else, and where state
   * does not lie in the processor's memory.
   */
  stateVector({ dataId, shape, dtype }: tf.TensorInfo): string | null {
    const { name } = this.entry(dataId);
    const isVector = this.threads !== null && shape.length === 1 && dtype === 'float32';
    if (!isVector || !name?.startsWith(PREFIX.state) || this.stateViews.has(name)) return null;
    return name.slice(PREFIX.state.length);
  }

  /** A tensor that holds a constant. */
  constant(values: ConstantValues, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    const uniform = uniformValue(values);
    if (uniform !== null) return this.fill(uniform, shape, dtype);
    return this.add({ name: null, constant: values, uniform: null }, shape, dtype);
  }

  /** A tensor with one value throughout. */
  fill(value: number, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    return this.add({ name: null, constant: null, uniform: value }, shape, dtype);
  }

  /** Appends a node with one output. */
  emit(
    op: string,
    inputs: string[],
    output: { shape: number[]; dtype: tf.DataType },
    attributes: Attributes = {},
    domain = '',
  ): tf.TensorInfo {
    return this.value(this.graph.node(op, inputs, attributes, domain), output.shape, output.dtype);
  }

  /** The value of all elements of a constant that has only one; otherwise null. */
  uniform(info: tf.TensorInfo): number | null {
    return this.entry(info.dataId).uniform;
  }

  /** The same constant in another shape; null for what is computed in the graph. */
  reshapedConstant({ dataId, dtype }: tf.TensorInfo, shape: number[]): tf.TensorInfo | null {
    const { constant, uniform } = this.entry(dataId);
    if (uniform !== null) return this.fill(uniform, shape, dtype);
    return constant && this.constant(constant, shape, dtype);
  }

  /** The name of a tensor's value in the graph; a constant enters the graph here. */
  nameOf({ dataId, shape, dtype }: tf.TensorInfo): string {
    const { name, constant, uniform } = this.entry(dataId);
    if (name !== null) return name;
    const type = onnxType(dtype);
    if (constant) return this.graph.constant(type, shape, constant);
    const one = ARRAYS[type].of(uniform ?? 0);
    if (tf.util.sizeFromShape(shape) === 1) return this.graph.constant(type, shape, one);
    return this.graph.node('Expand', [this.graph.constant(type, [], one), this.graph.ints(...shape)]);
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    return this.constant(new ARRAYS[onnxType(dtype)](values as ConstantValues), shape, dtype).dataId;
  }

  override readSync(): never {
    throw new Error(
      'a traced program read the value of a tensor (dataSync, arraySync, data): it has none while the ' +
        'program is recorded; return the tensor as an output, or compute with tensor operations',
    );
  }
}
