/** Rows of a table in order. d3-array compares; a table library would add nothing that is used. */
import { ascending } from 'd3-array';

/** What a row can be sorted by. */
export type Sortable = string | number | null | undefined;

/** A new list in order; rows without a value come last either way, equal ones keep their order. */
export function sortRows<Row>(
  rows: readonly Row[],
  valueOf: (row: Row) => Sortable,
  descending: boolean,
): Row[] {
  const sign = descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: valueOf(row) ?? null }));
  keyed.sort(({ value: a }, { value: b }) =>
    a === null || b === null ? Number(a === null) - Number(b === null) : sign * ascending(a, b),
  );
  return keyed.map(({ row }) => row);
}
