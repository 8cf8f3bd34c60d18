/**
 * A key–value cache: what a model knows of the texts that it is answering, each in a slot of its own. It lies in the
 * host's memory, where a slot is filled and changed without anything else being copied.
 */
import { textModel } from '../../../models/registry.ts';
import type { KnownArray, TextSpec } from '../../../models/text-model.ts';
import type { Arrays } from '../../../steps/steps.ts';

/** Sizes of a cache. */
export interface CacheShape {
  /** B: texts. */
  slots: number;
  /** S: positions of each. */
  length: number;
  /** Tokens of the longest input, for a model that has an encoder; 0 without. */
  input: number;
}

/** The arrays of a cache, of each slot. */
export function cacheArrays(model: TextSpec, { length, input }: Omit<CacheShape, 'slots'>): KnownArray[] {
  return textModel(model).known(model, length, input);
}

/** What a slot holds, in values of 4 bytes. */
export function slotSize(model: TextSpec, shape: Omit<CacheShape, 'slots'>): number {
  const sizes = cacheArrays(model, shape).map(({ heads, places, width }) => heads * places * width);
  return sizes.reduce((sum, size) => sum + size, 0);
}

export class KeyValueCache {
  /** By name. */
  readonly arrays: Record<string, Float32Array> = {};
  private readonly known: KnownArray[];
  private readonly size: number;

  constructor(model: TextSpec, shape: CacheShape) {
    this.size = shape.slots;
    this.known = cacheArrays(model, shape);
    for (const { name, heads, places, width } of this.known)
      this.arrays[name] = new Float32Array(shape.slots * heads * places * width);
  }

  /** One for what each slot is used for, which is nothing yet. */
  emptySlots(): null[] {
    return Array.from({ length: this.size }, () => null);
  }

  /**
   * Fills a slot from its first position on.
   * @param known arrays (B', heads, T, width)
   * @param row of them
   * @param length T of those that grow, no more than the cache has
   */
  fill(slot: number, known: Arrays, row: number, length: number): void {
    for (const array of this.known)
      this.copy(array, [slot, 0], { known, row, length: array.grows ? length : array.places });
  }

  /** Adds a position to a slot. @param added arrays (B, heads, 1, width) */
  add(slot: number, place: number, added: Arrays): void {
    for (const array of this.known)
      if (array.grows) this.copy(array, [slot, place], { known: added, row: slot, length: 1 });
  }

  private copy(
    { name, heads, places, width }: KnownArray,
    [slot, place]: [number, number],
    { known, row, length }: { known: Arrays; row: number; length: number },
  ): void {
    for (let head = 0; head < heads; head++) {
      const from = (row * heads + head) * length * width;
      const to = ((slot * heads + head) * places + place) * width;
      this.arrays[name].set((known[name] as Float32Array).subarray(from, from + length * width), to);
    }
  }
}
