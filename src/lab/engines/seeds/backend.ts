/**
 * A tfjs backend that computes the same program for several seeds at once: a tensor of the program stands for
 * one value that all seeds share, or for one value per seed, stacked along a leading axis that the program does
 * not see. Each kernel becomes one kernel of the backend beneath, on the stacked values (rules.ts), so that
 * models, gradients and optimisers stay written for one seed.
 */
import * as tf from '@tensorflow/tfjs-core';
import { withBackend } from '../backends.ts';
import { CountedBackend } from '../counted-backend.ts';

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

export class SeedsBackend extends CountedBackend<Result> {
  protected readonly foreign = 'a program for several seeds read a tensor of another program';
  /** Name of the backend beneath. */
  readonly beneath: string;
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
    const dataId = this.hold({ tensor: tf.keep(tensor), perSeed });
    const shape = perSeed ? tensor.shape.slice(1) : tensor.shape;
    return { dataId, shape, dtype: tensor.dtype };
  }

  /** What stands behind a tensor. */
  stacked({ dataId, shape }: tf.TensorInfo): Stacked {
    const { tensor, perSeed } = this.entry(dataId);
    return { tensor, perSeed, shape };
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const tensor = withBackend(this.beneath, () => tf.tensor(values as tf.TypedArray, shape, dtype));
    return this.add({ tensor, perSeed: false }).dataId;
  }

  override readSync(): never {
    throw new Error('a program for several seeds cannot read the value of a tensor: each seed has its own');
  }

  protected override released({ tensor }: Result): void {
    tensor.dispose();
  }
}
