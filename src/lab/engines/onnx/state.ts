/** State entries as ONNX Runtime's tensors: a step's results are the next step's operands, uncopied. */
import { Tensor } from './runtime.ts';
import type { GrowingState, StateValues, TensorData, TensorSpec } from '../engine.ts';
import { checkedEntry } from '../entries.ts';
import { heldData, release } from '../release.ts';
import type { StateView } from './backend.ts';
import { Arena } from './in-place/arena.ts';
import { operandsOf, type InPlaceStep } from './in-place/step.ts';
import type { SharedSession } from './session.ts';

export function toTensor({ shape, dtype }: TensorSpec, data: TensorData): Tensor {
  return new Tensor(dtype, data, shape);
}

interface Entry {
  tensor: Tensor;
  /** The session that allocated the tensor on its device; null in the CPU's memory. */
  owner: SharedSession | null;
  /** Where the tensor's memory is a part of, if of any. */
  arena: Arena | null;
  /** Stretches of the tensor that were asked for, by any name. */
  views: Map<string, Tensor>;
}

export class OnnxState implements GrowingState {
  private readonly entries = new Map<string, Entry>();
  private readonly download: (tensor: Tensor) => Promise<TensorData>;

  /** @param download copies a tensor that lies on a device */
  constructor(values: StateValues, taken: boolean, download: (tensor: Tensor) => Promise<TensorData>) {
    this.download = download;
    this.add(values, taken);
  }

  add(values: StateValues, taken = false): void {
    for (const [name, { spec, data }] of Object.entries(values))
      this.put(name, {
        tensor: toTensor(spec, heldData(data, taken)),
        owner: null,
        arena: null,
        views: new Map(),
      });
  }

  private put(name: string, entry: Entry): void {
    const old = this.entries.get(name);
    this.entries.set(name, entry);
    if (old) free(old);
  }

  /** What an entry holds now. */
  tensor(name: string): Tensor {
    return checkedEntry(this.entries, name).tensor;
  }

  /** A stretch of an entry, where it is. @param name names the stretch and its shape */
  view(name: string, { entry, begin, shape }: StateView): Tensor {
    const { tensor, views } = checkedEntry(this.entries, entry);
    const known = views.get(name);
    if (known) return known;
    const size = shape.reduce((product, n) => product * n, 1);
    const view = new Tensor('float32', (tensor.data as Float32Array).subarray(begin, begin + size), shape);
    views.set(name, view);
    return view;
  }

  /** Takes over a new value of an entry, computed by a session. */
  replace(name: string, tensor: Tensor, session: SharedSession): void {
    const owner = tensor.location === 'cpu' ? null : session;
    owner?.retain();
    this.put(name, { tensor, owner, arena: null, views: new Map() });
  }

  /**
   * Takes a step in place.
   * @param results what a session computed for it; the gradient's memory is given back
   */
  stepInPlace(step: InPlaceStep, results: Readonly<Record<string, Tensor>>): void {
    const operands = operandsOf(step, results);
    this.arenaOf(step).step(operands, step);
    release(operands.gradient);
  }

  /** The memory in which the entries of a step lie; they move there when they do not. */
  private arenaOf({ state }: InPlaceStep): Arena {
    const entry = (name: string) => checkedEntry(this.entries, name);
    const { arena } = entry(state.parameters);
    const names = [state.parameters, state.first, state.second] as const;
    if (arena && names.every((name) => entry(name).arena === arena)) return arena;
    const fresh = new Arena((entry(state.parameters).tensor.data as Float32Array).length);
    [fresh.parameters, fresh.first, fresh.second].forEach((vector, i) => {
      const old = entry(names[i]);
      vector.set(old.tensor.data as Float32Array);
      const tensor = new Tensor('float32', vector, old.tensor.dims);
      this.entries.set(names[i], { tensor, owner: null, arena: fresh, views: new Map() });
      free(old);
    });
    return fresh;
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
function free({ tensor, owner, arena }: Entry): void {
  if (arena) return; // goes with the last entry that lies in it
  if (!owner) {
    release(tensor.data as TensorData);
    return;
  }
  tensor.dispose();
  owner.release();
}
