/** Experiments ticked in the side bar or in the table, for what can be done to many at once. */
import { SvelteSet } from 'svelte/reactivity';
import { history } from './history.svelte.ts';
import { route } from './route.svelte.ts';

class Selection {
  #ids = new SvelteSet<number>();
  /** Where a range with Shift begins. */
  #anchor: number | null = null;

  /** In the order of the history; what is no longer there is no longer selected. */
  ids = $derived.by(() => history.all.filter(({ id }) => this.#ids.has(id)).map(({ id }) => id));

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  /** @param order with Shift: the rows as they stand, so that all between are set alike */
  toggle(id: number, order?: readonly number[]): void {
    const selected = !this.#ids.has(id);
    for (const each of order ? between(order, this.#anchor ?? id, id) : [id]) this.#set(each, selected);
    this.#anchor = id;
  }

  /** Selects all of these, or none of them where all are selected. */
  toggleAll(ids: readonly number[]): void {
    const selected = !ids.every((id) => this.#ids.has(id));
    for (const id of ids) this.#set(id, selected);
  }

  /** Lays what is selected side by side, the oldest first: it is what the others are compared with at first. */
  compare(): void {
    if (this.ids.length === 0) return;
    route.go('compare', this.ids.toReversed());
    this.clear();
  }

  clear(): void {
    this.#ids.clear();
    this.#anchor = null;
  }

  #set(id: number, selected: boolean): void {
    if (selected) this.#ids.add(id);
    else this.#ids.delete(id);
  }
}

function between(order: readonly number[], from: number, to: number): readonly number[] {
  const places = [order.indexOf(from), order.indexOf(to)];
  if (places.includes(-1)) return [to];
  return order.slice(Math.min(...places), Math.max(...places) + 1);
}

export const selection = new Selection();
