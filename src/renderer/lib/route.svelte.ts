/**
 * Where one is, kept in the address (`#/runs/3`, `#/runs/s3` for a sweep, `#/compare/1,2`, `#/design/3`) so that a
 * reload stays there.
 */

import { addressOf, placeOf, type Place, type Tab, type View } from './place.ts';

export type { View };

class Route {
  #place = $state<Place>(placeOf(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.#place = placeOf(location.hash)));
  }

  get view(): View {
    return this.#place.view;
  }

  get ids(): number[] {
    return this.#place.ids;
  }

  /** What stands in the address where experiments belong and is none. */
  get stray(): string[] {
    return this.#place.stray;
  }

  /** The experiment in view; null for none. */
  get id(): number | null {
    return this.#place.ids[0] ?? null;
  }

  /** What is shown of the experiments in view; null is their results. */
  get tab(): Tab | null {
    return this.#place.tab;
  }

  /** What the tab shows of all it could. */
  get query(): Record<string, string> {
    return this.#place.query;
  }

  /**
   * Changes what the tab shows: a step that the browser's back button does not take.
   * @param changes null or empty takes a part out
   */
  look(changes: Record<string, string | null>): void {
    const merged = Object.entries({ ...this.query, ...changes });
    const query = Object.fromEntries(merged.filter((entry): entry is [string, string] => Boolean(entry[1])));
    this.replace(addressOf({ ...this.#place, query }));
  }

  /** Where one is, as an address. */
  get address(): string {
    return addressOf(this.#place);
  }

  /** Shows another address, which the browser's back button does not lead from. */
  replace(hash: string): void {
    window.history.replaceState(null, '', hash);
    this.#place = placeOf(hash);
  }

  /** Other experiments in the same view and tab, shown in the same way. */
  goOn(ids: readonly number[]): void {
    this.#open(this.addressOf(ids));
  }

  /** Where these would be shown so. */
  addressOf(ids: readonly number[]): string {
    return addressOf({ ...this.#place, ids: [...ids] });
  }

  /** The sweep in view; null for none. */
  get sweep(): number | null {
    return this.#place.sweep;
  }

  go(view: View, ids: readonly number[] = []): void {
    this.#open(`#/${view}${ids.length > 0 ? `/${ids.join(',')}` : ''}`);
  }

  goSweep(id: number): void {
    this.#open(`#/runs/s${id}`);
  }

  #open(hash: string): void {
    if (hash !== location.hash) location.hash = hash;
    this.#place = placeOf(hash);
  }
}

export const route = new Route();
