/** What is offered while a filter is typed. */
import type { Completion } from '#shared/api/table.ts';
import { call } from './api.ts';
import { history } from './history.svelte.ts';
import { tableLook } from './table-look.svelte.ts';

/** Milliseconds after a key until ways to go on are asked for. */
const PAUSE = 80;

export class FilterBox {
  offered = $state.raw<Completion[]>([]);
  /** Of those offered; -1 is none. */
  active = $state(-1);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  /** @param at characters before the cursor */
  typed(text: string, at: number): void {
    history.search = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(text, at), PAUSE);
  }

  async #ask(text: string, at: number): Promise<void> {
    const asked = ++this.#asked;
    // Without ways to go on one can still type.
    const offered = await call('table.complete', { text, at, rows: tableLook.rows }).catch(() => []);
    if (asked !== this.#asked) return;
    this.offered = offered;
    this.active = -1;
  }

  move(by: number): void {
    const { length } = this.offered;
    if (length > 0) this.active = (this.active + by + length + (this.active < 0 && by < 0 ? 1 : 0)) % length;
  }

  /** @returns where the cursor goes */
  take({ text, from, to }: Completion): number {
    history.search = history.search.slice(0, from) + text + history.search.slice(to);
    this.close();
    return from + text.length;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#asked++;
    this.offered = [];
    this.active = -1;
  }
}
