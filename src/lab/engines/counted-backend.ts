/**
 * A tfjs backend whose tensors stand for something else than numbers, counted as tfjs counts them. What they stand for,
 * and what a kernel does with it, is said by the backends made of it.
 */
import * as tf from '@tensorflow/tfjs-core';

/** What stands behind a tensor, and how many tensors share it. */
export type Counted<Content> = Content & { references: number };

export abstract class CountedBackend<Content extends object> extends tf.KernelBackend {
  protected readonly entries = new Map<tf.DataId, Counted<Content>>();
  /** Said where a tensor is none of this backend's. */
  protected abstract readonly foreign: string;

  /** A first reference to something new. */
  protected hold(content: Content): tf.DataId {
    const dataId = {};
    this.entries.set(dataId, { ...content, references: 1 });
    return dataId;
  }

  /** @throws Error where a tensor is of another program */
  protected entry(dataId: tf.DataId): Counted<Content> {
    const entry = this.entries.get(dataId);
    if (!entry) throw new Error(this.foreign);
    return entry;
  }

  /** Told when the last reference went. */
  protected released?(content: Content): void;

  abstract override write(
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
  ): tf.DataId;

  /** @throws Error always: there are no numbers to read */
  abstract override readSync(): never;

  override read(): Promise<never> {
    return Promise.resolve().then(() => this.readSync());
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
    this.released?.(entry);
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
