/** Which column a table is sorted by, and which way. */
import { sortRows, type Sortable } from '#shared/sort.ts';

export class Sorting<Key extends string> {
  by = $state<Key>() as Key;
  descending = $state(true);

  constructor(by: Key, descending = true) {
    this.by = by;
    this.descending = descending;
  }

  /** The same column again turns the order round; a new one begins with its largest number or its first word. */
  toggle(by: Key, number: boolean): void {
    this.descending = by === this.by ? !this.descending : number;
    this.by = by;
  }

  sorted<Row>(rows: readonly Row[], valueOf: (row: Row, by: Key) => Sortable): Row[] {
    return sortRows(rows, (row) => valueOf(row, this.by), this.descending);
  }
}
