/**
 * A tfjs backend that computes nothing: each kernel appends a node to a graph, and a tensor's data is the
 * name of a value in it. Constants stay as values until a node reads them, so that kernels can see them.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Attributes, Graph, GraphNode } from './graph.ts';
import type { OnnxType } from './proto.ts';

export type ConstantValues = Float32Array | Int32Array | Uint8Array;

/** What stands behind a tensor: a value of the graph, or a constant. */
interface Entry {
  /** The graph a value belongs to; null for a constant. */
  graph: Graph | null;
  /** Name in the graph; null for a constant that no node has read yet. */
  name: string | null;
  constant: ConstantValues | null;
  /** The value of all elements, where a constant has only one. */
  uniform: number | null;
  references: number;
}

const FOREIGN = 'a traced program read a tensor of another program; pass it as state or input';

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

export class TracingBackend extends tf.KernelBackend {
  private entries = new Map<tf.DataId, Entry>();
  private current: Graph | null = null;

  /** The graph being recorded. */
  get graph(): Graph {
    if (!this.current) throw new Error('no program is being traced');
    return this.current;
  }

  /** Records what `body` computes into `graph`. */
  record<T>(graph: Graph, body: () => T): T {
    if (this.current) throw new Error('a program is already being traced');
    this.current = graph;
    try {
      return body();
    } finally {
      this.current = null;
    }
  }

  private add(entry: Omit<Entry, 'references'>, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    const dataId = {};
    this.entries.set(dataId, { ...entry, references: 1 });
    return { dataId, shape, dtype };
  }

  private entry(dataId: tf.DataId): Entry {
    const entry = this.entries.get(dataId);
    if (!entry) throw new Error(FOREIGN);
    return entry;
  }

  /** A tensor that stands for a value of the graph. */
  value(name: string, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    return this.add({ graph: this.graph, name, constant: null, uniform: null }, shape, dtype);
  }

  /** A tensor that holds a constant. */
  constant(values: ConstantValues, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    return this.add(
      { graph: null, name: null, constant: values, uniform: uniformValue(values) },
      shape,
      dtype,
    );
  }

  /** A tensor with one value throughout. */
  fill(value: number, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    const values = new ARRAYS[onnxType(dtype)](tf.util.sizeFromShape(shape)).fill(value);
    return this.add({ graph: null, name: null, constant: values, uniform: value }, shape, dtype);
  }

  /** Whether a ScatterND adds its rows onto zeros: what it scatters onto is a constant of zeros. */
  scattersOntoZeros({ inputs: [base] }: GraphNode): boolean {
    return this.graph.constantIsZero(base);
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

  /** A constant's values; null for what is computed in the graph. */
  constantValues(info: tf.TensorInfo): ConstantValues | null {
    return this.entry(info.dataId).constant;
  }

  /** The name of a tensor's value in the graph; a constant enters the graph here. */
  nameOf(info: tf.TensorInfo): string {
    const entry = this.entry(info.dataId);
    if (entry.graph !== null && entry.graph !== this.current) throw new Error(FOREIGN);
    if (entry.name !== null) return entry.name;
    return this.graph.constant(onnxType(info.dtype), info.shape, entry.constant ?? new Float32Array(0));
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const data = new ARRAYS[onnxType(dtype)](values as ConstantValues);
    return this.constant(data, shape, dtype).dataId;
  }

  override move(
    dataId: tf.DataId,
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    const written = this.write(values, shape, dtype);
    this.entries.set(dataId, { ...this.entry(written), references });
    this.disposeData(written);
  }

  override readSync(dataId: tf.DataId): ConstantValues {
    const { constant } = this.entry(dataId);
    if (!constant) {
      throw new Error(
        'a traced program read the value of a tensor (dataSync, arraySync, data): it has none while the ' +
          'program is recorded; return the tensor as an output, or compute with tensor operations',
      );
    }
    return constant;
  }

  override read(dataId: tf.DataId): Promise<ConstantValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override incRef(dataId: tf.DataId): void {
    this.entry(dataId).references++;
  }

  override refCount(dataId: tf.DataId): number {
    return this.entries.get(dataId)?.references ?? 0;
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    const entry = this.entries.get(dataId);
    if (!entry) return true;
    entry.references--;
    if (!force && entry.references > 0) return false;
    this.entries.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.entries.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }
}
