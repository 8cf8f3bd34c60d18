/** Many lists of token ids as one. */

export interface Joined {
  /** List `i` is `ids[offsets[i] .. offsets[i + 1]]`. */
  ids: Int32Array;
  offsets: Int32Array;
  /** Length of the longest list. */
  longest: number;
}

export function joined(lists: readonly (readonly number[])[]): Joined {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => (offsets[i + 1] = offsets[i] + list.length));
  const ids = new Int32Array(offsets[lists.length]);
  lists.forEach((list, i) => ids.set(list, offsets[i]));
  return { ids, offsets, longest: lists.reduce((most, { length }) => Math.max(most, length), 0) };
}

export function partAt({ ids, offsets }: Joined, i: number): Int32Array {
  return ids.subarray(offsets[i], offsets[i + 1]);
}
