/** The saved experiments, as the side bar shows them. */
import type { ExperimentListItem, NewestExperiments } from '#shared/api/experiments.ts';
import { labelsOf, runCount } from '#shared/records.ts';
import { call, on } from './api.ts';
import { connection } from './connection.svelte.ts';
import { Query } from './query.svelte.ts';
import { painted } from './painted.ts';
import { route } from './route.svelte.ts';

/** More than a window shows. */
const FIRST_ROWS = 60;

class History {
  archived = $state(false);
  search = $state('');
  label = $state<string | null>(null);
  /** Fulfilled when there is something to show: the list or its beginning, or why there is none. */
  readonly arrived: Promise<void>;
  #query = new Query(() => this.#load());
  #beginning = $state.raw<NewestExperiments | null>(null);
  /** The beginning of the list, as long as it stands in for all of it. */
  #partial = $derived(this.#query.data ? null : this.#beginning);

  constructor() {
    on('history', () => this.#query.soon());
    on('run', () => this.#query.soon());
    connection.onReturn(() => this.#query.soon());
    this.arrived = this.#begin();
  }

  /** What is in sight goes first; an address may name any experiment, and then all are needed. */
  async #begin(): Promise<void> {
    if (route.ids.length > 0) return await this.#query.refresh();
    try {
      this.#beginning = await call('experiments.newest', { rows: FIRST_ROWS });
      void painted().then(() => this.#query.refresh());
    } catch {
      // The list itself tells why.
      await this.#query.refresh();
    }
  }

  /** The current experiments, or those in the archive: never both. */
  async #load(): Promise<ExperimentListItem[]> {
    const { archived } = this;
    return (await call('experiments.list', { archived })).filter((each) => each.archived === archived);
  }

  get all(): ExperimentListItem[] {
    return this.#query.data ?? this.#partial?.items ?? [];
  }

  /** All experiments, also while only the beginning of the list is there. */
  get count(): number {
    return this.#partial?.experiments ?? this.all.length;
  }

  /** Those of the experiments that are shown. */
  get runs(): number {
    if (this.#partial && !this.narrowed) return this.#partial.runs;
    return this.shown.reduce((sum, each) => sum + runCount(each), 0);
  }

  /** Fewer are shown than there are. */
  get narrowed(): boolean {
    return this.shown.length < this.all.length;
  }

  get busy(): boolean {
    return this.#query.busy;
  }

  get error(): string | null {
    return this.#query.error;
  }

  labels = $derived(this.#partial?.labels ?? labelsOf(this.all));

  shown = $derived.by(() => {
    // A label that was taken off everywhere narrows nothing: there is no button left to press for it.
    const label = this.labels.find((each) => each === this.label);
    const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
    return this.all.filter((each) => {
      const text = `#${each.id} ${each.name} ${each.labels.join(' ')}`.toLowerCase();
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

export const history = new History();
