/**
 * A tfjs backend that computes the same program for several seeds at once: a tensor of the program stands for
 * one value that all seeds share, or for one value per seed, stacked along a leading axis that the program does
 * not see. Each kernel becomes one kernel of the backend beneath, on the stacked values (rules.ts), so that
 * models, gradients and optimisers stay written for one seed.
 */
import * as tf from '@tensorflow/tfjs-core';
import { withBackend } from '../backends.ts';

/** A value as the rules see it; `tensor` lives on the backend beneath. */
export interface Stacked {
  /** (S, …shape) where each seed has its own, else (…shape). */
  tensor: tf.Tensor;
  perSeed: boolean;
  /** Shape as the program sees it. */
  shape: number[];
}

/** What a rule returns: the shape follows from the tensor. */
export type Result = Pick<Stacked, 'tensor' | 'perSeed'>;

interface Entry extends Result {
  references: number;
}

export class SeedsBackend extends tf.KernelBackend {
  /** Name of the backend beneath. */
  readonly beneath: string;
  private readonly entries = new Map<tf.DataId, Entry>();
  private count = 0;

  constructor(beneath: string) {
    super();
    this.beneath = beneath;
  }

  /** Seeds of the program being computed. */
  get seeds(): number {
    if (this.count === 0) throw new Error('no program for several seeds is being computed');
    return this.count;
  }

  /** Computes a program for so many seeds. */
  during<T>(seeds: number, body: () => T): T {
    const before = this.count;
    this.count = seeds;
    try {
      return body();
    } finally {
      this.count = before;
    }
  }

  /** Takes over a tensor of the backend beneath, which lives as long as what stands for it here. */
  add({ tensor, perSeed }: Result): tf.TensorInfo {
    const dataId = {};
    this.entries.set(dataId, { tensor: tf.keep(tensor), perSeed, references: 1 });
    const shape = perSeed ? tensor.shape.slice(1) : tensor.shape;
    return { dataId, shape, dtype: tensor.dtype };
  }

  /** What stands behind a tensor. */
  stacked({ dataId, shape }: tf.TensorInfo): Stacked {
    const { tensor, perSeed } = this.entry(dataId);
    return { tensor, perSeed, shape };
  }

  private entry(dataId: tf.DataId): Entry {
    const entry = this.entries.get(dataId);
    if (!entry) throw new Error('a program for several seeds read a tensor of another program');
    return entry;
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const tensor = withBackend(this.beneath, () => tf.tensor(values as tf.TypedArray, shape, dtype));
    return this.add({ tensor, perSeed: false }).dataId;
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
    this.entries.delete(written);
  }

  override readSync(): never {
    throw new Error('a program for several seeds cannot read the value of a tensor: each seed has its own');
  }

  override read(): Promise<never> {
    return Promise.resolve().then(() => this.readSync());
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
    entry.tensor.dispose();
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
