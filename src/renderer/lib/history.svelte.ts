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

interface Found {
  text: string;
  ids: ReadonlySet<number>;
}

/** Milliseconds between two searches while one types. */
const KEYS_APART = 30;

/** What tells a filter from words. */
const FILTER = /[<>=!~:"()]|\b(?:and|or|not)\b/i;

class History {
  archived = $state(false);
  #search = $state('');
  label = $state<string | null>(null);
  /** Fulfilled when there is something to show: the list or its beginning, or why there is none. */
  readonly arrived: Promise<void>;
  #query = new Query(() => this.#load());
  /** What the search found, in the language of filters. */
  #finding = new Query(() => this.#find(), KEYS_APART);
  #beginning = $state.raw<NewestExperiments | null>(null);
  /** The beginning of the list, as long as it stands in for all of it. */
  #partial = $derived(this.#query.data ? null : this.#beginning);

  constructor() {
    on('history', () => this.#soon());
    on('run', () => this.#soon());
    connection.onReturn(() => this.#soon());
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

  #soon(): void {
    this.#query.soon();
    if (this.#search.trim() !== '') this.#finding.soon();
  }

  async #find(): Promise<Found> {
    const text = this.#search.trim();
    return { text, ids: new Set(text === '' ? [] : await call('table.find', { where: text })) };
  }

  get search(): string {
    return this.#search;
  }

  /** Words, or a filter: `alpha < 0.8 and label:paper`. */
  set search(text: string) {
    this.#search = text;
    this.#finding.soon();
  }

  /** Why the search is no filter; null where it is one. */
  get searchError(): string | null {
    return this.#search.trim() === '' ? null : this.#finding.error;
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
    const sought = this.#sought();
    return this.all.filter((each) => sought(each) && (!label || each.labels.includes(label)));
  });

  /** Names and labels are looked at here until the host has looked at everything, a filter as it was found last. */
  #sought(): (each: ExperimentListItem) => boolean {
    const text = this.#search.trim();
    const found = this.#finding.data;
    if (text === '') return () => true;
    if (found?.text === text) return ({ id }) => found.ids.has(id);
    if (FILTER.test(text)) return ({ id }) => !found || found.text === '' || found.ids.has(id);
    const words = text.toLowerCase().split(/\s+/);
    return ({ id, name, labels }) => {
      const about = `#${id} ${name} ${labels.join(' ')}`.toLowerCase();
      return words.every((word) => about.includes(word));
    };
  }

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
