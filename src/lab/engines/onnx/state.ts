/** State entries as ONNX Runtime's tensors: a step's results are the next step's operands, uncopied. */
import { Tensor } from 'onnxruntime-node';
import type { EngineState, StateValues, TensorData, TensorSpec } from '../engine.ts';
import { checkedEntry } from '../entries.ts';
import type { SharedSession } from './session.ts';

export function toTensor({ shape, dtype }: TensorSpec, data: TensorData): Tensor {
  return new Tensor(dtype, data, shape);
}

interface Entry {
  tensor: Tensor;
  /** The session that allocated the tensor on its device; null in the CPU's memory. */
  owner: SharedSession | null;
}

export class OnnxState implements EngineState {
  private readonly entries: Map<string, Entry>;
  private readonly download: (tensor: Tensor) => Promise<TensorData>;

  /** @param download copies a tensor that lies on a device */
  constructor(values: StateValues, download: (tensor: Tensor) => Promise<TensorData>) {
    this.entries = new Map(
      Object.entries(values).map(([name, { spec, data }]) => [
        name,
        { tensor: toTensor(spec, data.slice()), owner: null },
      ]),
    );
    this.download = download;
  }

  /** What an entry holds now. */
  tensor(name: string): Tensor {
    return checkedEntry(this.entries, name).tensor;
  }

  /** Takes over a new value of an entry, computed by a session. */
  replace(name: string, tensor: Tensor, session: SharedSession): void {
    const old = this.entries.get(name);
    const owner = tensor.location === 'cpu' ? null : session;
    owner?.retain();
    this.entries.set(name, { tensor, owner });
    if (old) free(old);
  }

  async read(name: string): Promise<TensorData> {
    const tensor = this.tensor(name);
    return tensor.location === 'cpu' ? (tensor.data as TensorData).slice() : this.download(tensor);
  }

  dispose(): void {
    for (const entry of this.entries.values()) free(entry);
    this.entries.clear();
  }
}

/**
 * Memory is not left to the garbage collector: on a device it would not know of it, and the megabytes of each
 * step would make it run every few steps.
 */
function free({ tensor, owner }: Entry): void {
  if (!owner) {
    ((tensor.data as TensorData).buffer as ArrayBuffer).transfer(0);
    return;
  }
  tensor.dispose();
  owner.release();
}
