/** What is offered while a filter is typed. */
import type { Completion } from '#shared/api/table.ts';
import { call } from './api.ts';
import { history } from './history.svelte.ts';
import { pause } from './pause.ts';
import { tableLook } from './table-look.svelte.ts';

/** Milliseconds after a key until ways to go on are asked for. */
const PAUSE = 80;

export class FilterBox {
  offered = $state.raw<Completion[]>([]);
  /** Of those offered; -1 is none. */
  active = $state(-1);
  /** Keys that wait until what is offered fits what was typed. */
  waiting = 0;
  /** What the offered ones go on from. */
  #text = '';
  #following: Promise<void> = Promise.resolve();
  /** What the keys before did. */
  #turn: Promise<void> = Promise.resolve();
  #asked = 0;

  /** @param at characters before the cursor */
  typed(text: string, at: number): void {
    history.search = text;
    this.active = -1;
    this.#following = this.#follow(text, at, ++this.#asked);
  }

  async #follow(text: string, at: number, asked: number): Promise<void> {
    await pause(PAUSE);
    if (asked !== this.#asked) return;
    // Without ways to go on one can still type.
    const offered = await call('table.complete', { text, at, rows: tableLook.rows }).catch(() => []);
    if (asked !== this.#asked) return;
    this.#text = text;
    this.offered = offered;
  }

  /**
   * Runs what a key does once the list fits what was typed before it, and the keys before it have done what they do: one
   * may type and choose faster than the list comes.
   */
  inTurn(act: () => void | Promise<void>): Promise<void> {
    this.waiting++;
    this.#turn = this.#turn.then(async () => {
      for (let following; following !== this.#following;) await (following = this.#following);
      await act();
      this.waiting--;
    });
    return this.#turn;
  }

  move(by: number): void {
    const { length } = this.offered;
    if (length > 0) this.active = (this.active + by + length + (this.active < 0 && by < 0 ? 1 : 0)) % length;
  }

  /** @returns where the cursor goes */
  take({ text, from, to }: Completion): number {
    // A list that is clicked while more is typed stands for the shorter text: the rest belongs to the word that it replaces.
    const end = Math.max(from, to + history.search.length - this.#text.length);
    history.search = history.search.slice(0, from) + text + history.search.slice(end);
    this.close();
    return from + text.length;
  }

  close(): void {
    this.#asked++;
    this.offered = [];
    this.active = -1;
  }
}
