/** The rows of the table that are in sight: asked for in stretches, again where something was changed. */
import { SvelteMap } from 'svelte/reactivity';
import type { TableHead, TableLine, TableLook, TablePart } from '#shared/api/table.ts';
import { call, messageOf } from './api.ts';

/** Rows of one request. */
const STRETCH = 200;
/** Milliseconds between two requests for the same rows, where runs change all the time. */
const GAP = 500;

export class TableRows {
  head = $state.raw<TableHead[]>([]);
  total = $state(0);
  experiments = $state.raw<number[]>([]);
  error = $state<string | null>(null);
  /** Nothing has arrived yet. */
  busy = $state(true);
  #stretches = new SvelteMap<number, TableLine[]>();
  #wanted: number[] = [];
  #look: TableLook | null = null;
  /** Another look was asked for while the first rows of one were on their way. */
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Shows another look; what was there stays until its first rows are. While one is on its way the newest waits. */
  show(look: TableLook): void {
    this.#look = look;
    if (this.#wanted.includes(0)) this.#again = true;
    else void this.#load(0, true);
  }

  /** What is shown may be out of date. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#look) this.show(this.#look);
    }, GAP);
  }

  /** A row; undefined where it is still to come. */
  line(at: number): TableLine | undefined {
    return this.#stretches.get(Math.floor(at / STRETCH))?.[at % STRETCH];
  }

  /** Asks for what is missing of some rows. */
  need(from: number, to: number): void {
    for (let at = Math.floor(from / STRETCH); at * STRETCH < Math.min(to, this.total); at++)
      if (!this.#stretches.has(at) && !this.#wanted.includes(at)) void this.#load(at, false);
  }

  async #load(stretch: number, anew: boolean): Promise<void> {
    const look = this.#look;
    if (!look) return;
    this.#wanted.push(stretch);
    try {
      const part = await call('table.rows', { look, from: stretch * STRETCH, count: STRETCH });
      if (look === this.#look) this.#take(part, stretch, anew);
    } catch (error) {
      if (look === this.#look) this.error = messageOf(error);
    } finally {
      this.#wanted = this.#wanted.filter((at) => at !== stretch);
      this.busy = false;
    }
    if (stretch !== 0 || !this.#again) return;
    this.#again = false;
    await this.#load(0, true);
  }

  #take({ head, total, experiments, lines }: TablePart, stretch: number, anew: boolean): void {
    if (anew) this.#stretches.clear();
    this.#stretches.set(stretch, lines);
    this.head = head;
    this.total = total;
    this.experiments = experiments;
    this.error = null;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#look = null;
  }
}
