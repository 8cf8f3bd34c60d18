/** What the table of all experiments or runs shows, which stands in the address: a link to it shows the same, and every change can be taken back. */
import type { TableLook } from '#shared/api/table.ts';
import { isFolder } from '#shared/folders.ts';
import { columnNames } from '#shared/table/rows.ts';
import { history } from './history.svelte.ts';
import { route } from './route.svelte.ts';
import { Steps, type UndoableLook } from './steps.svelte.ts';

/** What its address says of it. */
const PARTS = ['rows', 'columns', 'sort', 'by', 'of', 'where'] as const;
const NOTHING = { rows: null, columns: null, sort: null, by: null, of: null, where: null };

const folderIs = (label: string) => `folder = ${JSON.stringify(label.slice(1))}`;

class TableLookState implements UndoableLook {
  #steps = new Steps<string>();

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

  /** @param step changes of the same one in quick succession are one step of undo */
  set(changes: { [Key in (typeof PARTS)[number]]?: string | null }, step = ''): void {
    if (Object.entries(changes).every(([key, text]) => (route.query[key] ?? '') === (text ?? ''))) return;
    this.#steps.remember(route.address, step);
    route.look(changes);
  }

  /** What is searched for, as it is typed. */
  setWhere(where: string): void {
    this.set({ where: where.trim() || null }, 'filter');
  }

  setRows(rows: TableLook['rows']): void {
    this.set({ ...NOTHING, where: route.query.where, rows: rows === 'runs' ? rows : null });
  }

  show({ rows, columns, sort, where }: TableLook): void {
    const shown = { columns: columns.join(','), sort, where: where.trim() };
    this.set({ ...NOTHING, ...shown, rows: rows === 'runs' ? rows : null });
  }

  /** Whether anything but what the rows are was chosen. */
  get changed(): boolean {
    return PARTS.some((part) => part !== 'rows' && route.query[part]);
  }

  /** As it was at first, of the same rows. */
  reset(): void {
    this.set({ ...NOTHING, rows: route.query.rows });
  }

  get canUndo(): boolean {
    return this.#steps.canUndo;
  }

  get canRedo(): boolean {
    return this.#steps.canRedo;
  }

  undo(): void {
    this.#goTo(this.#steps.undo(route.address));
  }

  redo(): void {
    this.#goTo(this.#steps.redo(route.address));
  }

  /** The filter follows its address. */
  #goTo(address: string | undefined): void {
    if (address !== undefined) route.replace(address);
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
