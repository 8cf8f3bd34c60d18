/** Columns of numbers by row, kept once they were read: what the table is asked again and again. */

export interface ColumnSource<C, V> {
  /** Values of columns by row, of some rows or of all there are, in one pass; rows without one may be left out. */
  read(columns: readonly C[], rows?: readonly number[]): ReadonlyMap<number, V>[];
  /** How many rows there are. */
  count(): number;
}

/** The values of columns, a function by row each. @param isSettled whether a value stays as it is */
export type KeptColumns<C, V> = (
  columns: readonly C[],
  rows: readonly number[],
  isSettled: (column: C, row: number) => boolean,
) => ((row: number) => V | undefined)[];

/** @returns what reads the values that are not kept yet: few by their rows, many by reading all there are */
export function createKeptColumns<C, V>(source: ColumnSource<C, V>): KeptColumns<C, V> {
  const known = new Map<string, Map<number, V | undefined>>();
  const keptOf = (column: C): Map<number, V | undefined> => {
    const key = JSON.stringify(column);
    const kept = known.get(key) ?? new Map<number, V | undefined>();
    known.set(key, kept);
    return kept;
  };
  return (columns, rows, isSettled) => {
    const asked = columns.map((column) => {
      const kept = keptOf(column);
      return { column, kept, missing: rows.filter((row) => !kept.has(row)) };
    });
    const toRead = asked.filter(({ missing }) => missing.length > 0);
    const some = [...new Set(toRead.flatMap(({ missing }) => missing))];
    const found =
      toRead.length > 0
        ? source.read(
            toRead.map(({ column }) => column),
            some.length * 2 < source.count() ? some : undefined,
          )
        : [];
    const read = new Map(toRead.map(({ column }, i) => [column, found[i]!]));
    return asked.map(({ column, kept, missing }) => {
      const fresh = read.get(column);
      if (!fresh) return (row) => kept.get(row);
      for (const row of missing) if (isSettled(column, row)) kept.set(row, fresh.get(row));
      return (row) => (kept.has(row) ? kept.get(row) : fresh.get(row));
    });
  };
}
