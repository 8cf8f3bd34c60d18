/**
 * A key–value cache: what a model knows of the texts that it is answering, each in a slot of its own. It lies in the
 * host's memory, where a slot is filled and changed without anything else being copied.
 */
import type { TransformerSpec } from '../../../models/transformer-spec.ts';
import { variantOf } from '../../../models/variant.ts';
import type { Arrays } from '../../../steps/steps.ts';

/** Sizes of a cache. */
export interface CacheShape {
  /** B: texts. */
  slots: number;
  /** S: positions of each. */
  length: number;
}

/** The arrays of a cache: (B, H_kv, S, d_head) each, keys and values of each layer. */
export function cacheNames({ n_layers }: TransformerSpec): { keys: string; values: string }[] {
  return Array.from({ length: n_layers }, (_, layer) => ({
    keys: `keys.${layer}`,
    values: `values.${layer}`,
  }));
}

/** What a slot holds, in values of 4 bytes. */
export function slotSize(model: TransformerSpec, length: number): number {
  return 2 * model.n_layers * variantOf(model).n_kv_heads * model.d_head * length;
}

export class KeyValueCache {
  /** By name. */
  readonly arrays: Record<string, Float32Array> = {};
  private readonly length: number;
  private readonly heads: number;
  private readonly width: number;

  constructor(model: TransformerSpec, { slots, length }: CacheShape) {
    this.length = length;
    this.heads = variantOf(model).n_kv_heads;
    this.width = model.d_head;
    for (const { keys, values } of cacheNames(model))
      for (const name of [keys, values])
        this.arrays[name] = new Float32Array(slots * this.heads * length * this.width);
  }

  /**
   * Fills a slot from its first position on.
   * @param known arrays (B', H_kv, T, d_head)
   * @param row of them
   * @param length T, no more than the cache has
   */
  fill(slot: number, known: Arrays, row: number, length: number): void {
    this.copy(slot, 0, { known, row, length });
  }

  /** Adds a position to a slot. @param added arrays (B, H_kv, 1, d_head) */
  add(slot: number, place: number, added: Arrays): void {
    this.copy(slot, place, { known: added, row: slot, length: 1 });
  }

  private copy(
    slot: number,
    place: number,
    { known, row, length }: { known: Arrays; row: number; length: number },
  ): void {
    const { heads, width } = this;
    for (const [name, own] of Object.entries(this.arrays))
      for (let head = 0; head < heads; head++) {
        const from = (row * heads + head) * length * width;
        const to = ((slot * heads + head) * this.length + place) * width;
        own.set((known[name] as Float32Array).subarray(from, from + length * width), to);
      }
  }
}
