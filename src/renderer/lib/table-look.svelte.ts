/** What the table of all experiments or runs shows, which stands in the address: a link to it shows the same. */
import type { TableLook } from '#shared/api/table.ts';
import { isFolder } from '#shared/folders.ts';
import { columnNames } from '#shared/table/rows.ts';
import { history } from './history.svelte.ts';
import { route } from './route.svelte.ts';

const folderIs = (label: string) => `folder = ${JSON.stringify(label.slice(1))}`;

class TableLookState {
  rows = $derived<TableLook['rows']>(route.query.rows === 'runs' ? 'runs' : 'experiments');
  /** None are those that it has at first. */
  columns = $derived((route.query.columns ?? '').split(',').filter((name) => name !== ''));
  sort = $derived(route.query.sort ?? '');
  /** What the groups are by, and what of; null shows none. */
  groups = $derived(route.query.by && route.query.of ? { by: route.query.by, of: route.query.of } : null);

  /** All of it, as the host takes it. */
  all = $derived<TableLook>({
    ...{ rows: this.rows, columns: this.columns, sort: this.sort },
    where: this.#where(),
    archived: history.archived,
  });

  #where(): string {
    const [search, also] = [history.search.trim(), this.#also()];
    return also.length > 0 && search !== ''
      ? [`(${search})`, ...also].join(' and ')
      : search || also.join(' and ');
  }

  /** Archived experiments are listed by themselves, and a label may be pressed in the side bar. */
  #also(): string[] {
    const pressed = history.label;
    const label =
      pressed === null ? [] : [isFolder(pressed) ? folderIs(pressed) : `labels = ${JSON.stringify(pressed)}`];
    return history.archived ? [...label, 'archived = true'] : label;
  }

  /** Whether anything but rows and search was chosen. */
  chosen = $derived(this.columns.length > 0);

  set(changes: { [Key in 'rows' | 'columns' | 'sort' | 'by' | 'of']?: string | null }): void {
    route.look(changes);
  }

  /** What is searched for, as it is typed. */
  setWhere(where: string): void {
    route.look({ where: where.trim() || null });
  }

  setRows(rows: TableLook['rows']): void {
    this.set({ rows: rows === 'runs' ? rows : null, columns: null, sort: null, by: null, of: null });
  }

  show({ rows, columns, sort, where }: TableLook): void {
    this.setRows(rows);
    this.set({ columns: columns.join(',') || null, sort: sort || null });
    history.search = where;
  }

  /** Shows a column, or no more. */
  toggleColumn(id: string): void {
    const shown = columnNames(this.rows, this.columns);
    const next = shown.includes(id) ? shown.filter((name) => name !== id) : [...shown, id];
    this.set({ columns: next.join(',') || null });
  }

  /** The column that it is sorted by; empty is newest first. */
  get by(): string {
    return this.sort.replace(/^-/, '');
  }

  get descending(): boolean {
    return this.sort.startsWith('-');
  }

  /** As `Sorting.toggle`. */
  toggleSort(by: string, number: boolean): void {
    const descending = by === this.by ? !this.descending : number;
    this.set({ sort: `${descending ? '-' : ''}${by}` });
  }
}

export const tableLook = new TableLookState();
