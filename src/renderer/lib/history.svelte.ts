/** The saved experiments, as the side bar shows them. */
import type { ExperimentListItem } from '#shared/api/experiments.ts';
import type { RunState } from '#shared/records.ts';
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';
import { Query } from './query.svelte.ts';

class History {
  archived = $state(false);
  search = $state('');
  label = $state<string | null>(null);
  /** Fulfilled when the first list, or why there is none, has arrived. */
  readonly arrived: Promise<void>;
  #query = new Query(() => this.#load());

  constructor() {
    on('history', () => this.#query.soon());
    on('run', () => this.#query.soon());
    connection.onReturn(() => this.#query.soon());
    this.arrived = this.#query.refresh();
  }

  /** The current experiments, or those in the archive: never both. */
  async #load(): Promise<ExperimentListItem[]> {
    const { archived } = this;
    return (await call('experiments.list', { archived })).filter((each) => each.archived === archived);
  }

  get all(): ExperimentListItem[] {
    return this.#query.data ?? [];
  }

  get busy(): boolean {
    return this.#query.busy;
  }

  get error(): string | null {
    return this.#query.error;
  }

  labels = $derived([...new Set(this.all.flatMap(({ labels }) => labels))].sort());

  shown = $derived.by(() => {
    // A label that was taken off everywhere narrows nothing: there is no button left to press for it.
    const label = this.labels.find((each) => each === this.label);
    const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
    return this.all.filter((each) => {
      const text = `${each.id} ${each.name} ${each.labels.join(' ')}`.toLowerCase();
      return words.every((word) => text.includes(word)) && (!label || each.labels.includes(label));
    });
  });

  find(id: number): ExperimentListItem | undefined {
    return this.all.find((each) => each.id === id);
  }

  showArchived(archived: boolean): void {
    this.archived = archived;
    void this.#query.refresh();
  }

  refresh(): Promise<void> {
    return this.#query.refresh();
  }
}

/** The state that matters most among an experiment's runs. */
const BY_WEIGHT: RunState[] = ['running', 'paused', 'queued', 'failed', 'interrupted', 'cancelled', 'done'];

export function overallState({ states }: Pick<ExperimentListItem, 'states'>): RunState | null {
  return BY_WEIGHT.find((state) => states[state] > 0) ?? null;
}

/** Runs in whatever state. */
export function runCount({ states }: Pick<ExperimentListItem, 'states'>): number {
  return Object.values(states).reduce((sum, count) => sum + count, 0);
}

export const history = new History();
