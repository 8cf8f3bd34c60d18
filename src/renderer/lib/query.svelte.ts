/** A value that lives on the host: fetched, kept, fetched again when something changed. */
import { tick } from 'svelte';
import { ApiError } from '#shared/envelope.ts';
import { messageOf } from './api.ts';

export class Query<T> {
  data = $state.raw<T | null>(null);
  error = $state<string | null>(null);
  /** The config field that the error is about, where it is about one. */
  field = $state<string | null>(null);
  /** Nothing has arrived yet. */
  busy = $derived(this.data === null && this.error === null);
  /** A load is under way; what is shown may be of before. */
  loading = $state(false);
  #load: () => Promise<T>;
  #gap: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #stale = false;
  #ended = false;

  /** @param gap least milliseconds between two loads, so that a stream of events costs little */
  constructor(load: () => Promise<T>, gap = 150) {
    this.#load = load;
    this.#gap = gap;
  }

  /** Loads now, or once more after the load that is under way. */
  refresh(): Promise<void> {
    if (this.#running) {
      this.#stale = true;
      return this.#running;
    }
    this.loading = true;
    this.#running = this.#run().finally(() => {
      this.#running = null;
      this.loading = false;
      if (this.#stale) this.soon();
      this.#stale = false;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    try {
      const data = await this.#load();
      if (this.#ended) return;
      this.data = data;
      this.error = this.field = null;
    } catch (error) {
      this.error = messageOf(error);
      this.field = error instanceof ApiError ? error.field : null;
    }
  }

  /** Waits for a load that is under way, for the one that was asked for meanwhile, and for what they make. */
  async settled(): Promise<void> {
    await this.#running;
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      await this.refresh();
    }
    await tick();
  }

  /** Loads after the gap; calls in between change nothing. */
  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.refresh();
    }, this.#gap);
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }
}
