/** The saved sweeps, as the side bar and the table of experiments group by them. */
import type { SweepListItem } from '#shared/api/sweeps.ts';
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';
import { Query } from './query.svelte.ts';

class Sweeps {
  #query = new Query(() => call('sweeps.list', {}));
  #first: Promise<void> | undefined;
  #byId = $derived(new Map(this.all.map((sweep) => [sweep.id, sweep])));

  constructor() {
    on('history', () => this.#query.soon());
    on('run', () => this.#query.soon());
    connection.onReturn(() => this.#query.soon());
    requestIdleCallback(() => void this.arrive());
  }

  /** Loads them where that was not done yet. */
  arrive(): Promise<void> {
    return (this.#first ??= this.#query.refresh());
  }

  get all(): SweepListItem[] {
    return this.#query.data ?? [];
  }

  find(id: number): SweepListItem | undefined {
    return this.#byId.get(id);
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }
}

export const sweeps = new Sweeps();
