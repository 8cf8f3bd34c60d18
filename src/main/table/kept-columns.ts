/** Columns of values by row, kept once they were read: what the table is asked again and again. */

export interface ColumnSource<C, R, V> {
  /** What tells rows apart. */
  keyOf(row: R): number;
  /** What a value holds for as long as it stays the same; null for one that is read each time. */
  stampOf(row: R, column: C): string | null;
  /** Values of columns by the key of a row, of some rows or of all there are; rows without one may be left out. */
  read(columns: readonly C[], rows?: readonly R[]): ReadonlyMap<number, V>[];
  /** How many rows there are, where reading all in one pass costs less than reading many by their keys. */
  count?(): number;
}

/** The values of columns, a function by row each. */
export type KeptColumns<C, R, V> = (
  columns: readonly C[],
  rows: readonly R[],
) => ((row: R) => V | undefined)[];

interface Kept<V> {
  stamp: string;
  value: V | undefined;
}

/** @returns what reads the values that are not kept yet: few by their rows, many by reading all there are */
export function createKeptColumns<C, R, V>(source: ColumnSource<C, R, V>): KeptColumns<C, R, V> {
  const { keyOf, stampOf } = source;
  const known = new Map<string, Map<number, Kept<V>>>();
  const keptOf = (column: C): Map<number, Kept<V>> => {
    const name = JSON.stringify(column);
    const kept = known.get(name) ?? new Map<number, Kept<V>>();
    known.set(name, kept);
    return kept;
  };
  const holds = (kept: Kept<V> | undefined, stamp: string | null) =>
    kept !== undefined && kept.stamp === stamp;
  return (columns, rows) => {
    const asked = columns.map((column) => {
      const kept = keptOf(column);
      const missing = rows.filter((row) => !holds(kept.get(keyOf(row)), stampOf(row, column)));
      return { column, kept, missing };
    });
    const toRead = asked.filter(({ missing }) => missing.length > 0);
    const some = [...new Set(toRead.flatMap(({ missing }) => missing))];
    const found =
      toRead.length > 0
        ? source.read(
            toRead.map(({ column }) => column),
            some.length * 2 < (source.count?.() ?? Infinity) ? some : undefined,
          )
        : [];
    const read = new Map(toRead.map(({ column }, i) => [column, found[i]!]));
    return asked.map(({ column, kept, missing }) => {
      const fresh = read.get(column);
      const passing = new Set<number>();
      for (const row of missing) {
        const [key, stamp] = [keyOf(row), stampOf(row, column)];
        if (stamp === null) passing.add(key);
        else kept.set(key, { stamp, value: fresh!.get(key) });
      }
      return (row) => {
        const key = keyOf(row);
        return passing.has(key) ? fresh!.get(key) : kept.get(key)?.value;
      };
    });
  };
}
