/**
 * The experiment being designed: one config, how it is swept included; every change undoable, judged and previewed
 * by the host, which keeps it too: a reload, another tab or a restart goes on where one was.
 */
import type { Design, Preview, ResolvedConfig } from '#shared/api/design.ts';
import type { LanguageConfig } from '#shared/config.ts';
import type { FieldError } from '#shared/errors.ts';
import type { SplitConfig } from '#shared/subset-sizes.ts';
import { SvelteSet } from 'svelte/reactivity';
import type { SubsetName } from '#shared/subsets.ts';
import { call } from './api.ts';
import { Query } from './query.svelte.ts';
import { Steps } from './steps.svelte.ts';
import { Task } from './task.svelte.ts';

type Raw = Record<string, unknown>;
/** What `call` takes for a config. */
export type RawConfig = Parameters<typeof call<'design.resolve'>>[1]['config'];

type Problem = Pick<FieldError, 'field' | 'message'>;

class Draft {
  config = $state.raw<Design | null>(null);
  resolved: Query<ResolvedConfig>;
  /** Null while something is to be mended. */
  preview: Query<Preview | null>;
  /** The last one that could be made: what is shown until that is mended. */
  lastPreview = $state.raw<Preview | null>(null);
  /** Reading the data for the preview, which takes a while with large files. */
  reading = new Task('preview');
  /** Subsets whose share was typed: it stays when another one changes. */
  readonly locked = new SvelteSet<SubsetName>();
  #steps = new Steps<Design>();
  #saving = false;
  #unsaved = false;

  constructor() {
    this.resolved = new Query(() => call('design.resolve', { config: this.raw }), 200);
    this.preview = new Query(() => this.#loadPreview(), 500);
  }

  get raw(): RawConfig {
    return this.config as unknown as RawConfig;
  }

  /** The design where it is of texts; null where it is of another kind. */
  get language(): LanguageConfig | null {
    return this.config?.task === 'language' ? this.config : null;
  }

  /** What decides the sizes of subsets; null where the kind of task has no shares. */
  get split(): SplitConfig | null {
    return this.config && 'subsets' in this.config ? this.config : null;
  }

  get canUndo(): boolean {
    return this.#steps.canUndo;
  }

  get canRedo(): boolean {
    return this.#steps.canRedo;
  }

  /** What keeps the config from running: what the schema says, then what writing its texts came upon. */
  get problems(): Problem[] {
    const { error, field } = this.preview;
    const problems = this.resolved.data?.problems ?? [];
    return problems.length === 0 && error && field ? [{ field, message: error }] : problems;
  }

  /** Problems of a field and of what is inside it. */
  problemsAt(path: string): Problem[] {
    return this.problems.filter(({ field }) => field === path || field?.startsWith(`${path}.`));
  }

  /** Entities of the data as it was read last; null where that is out of date or failed. */
  get entities(): number | null {
    const read = this.preview.data;
    return read && JSON.stringify(read.config.dataset) === JSON.stringify(this.config?.dataset)
      ? read.entities
      : null;
  }

  /** Goes on with what the host kept. @returns whether there was anything */
  async load(): Promise<boolean> {
    const kept = await call('design.draft', {});
    if (kept && !this.config) this.config = kept.config;
    return this.config !== null;
  }

  /** Starts over from another config; undo leads back. */
  open(config: Design): void {
    this.locked.clear();
    this.#remember('');
    this.#show(config);
  }

  /**
   * Starts over from a config of another kind, as `open` does; what every kind of task has stays as it is.
   * @param unnamed name of a design that nobody has named yet: it takes the new one's
   */
  changeTo(config: Design, unnamed: string): void {
    if (!this.config) return;
    const { name, seeds, engine, precision } = this.config;
    this.open({ ...config, name: name === unnamed ? config.name : name, seeds, engine, precision });
  }

  /**
   * Sets one field.
   * @param step changes of the same one in quick succession are one step of undo; the empty text never joins
   */
  set(path: string, value: unknown, step = path): void {
    if (!this.config) return;
    this.#remember(step);
    this.#show(withValue(this.config as unknown as Raw, path.split('.'), value) as unknown as Design);
  }

  /** As `set`, as a step of undo of its own even right after another change of the field. */
  put(path: string, value: unknown): void {
    this.#steps.apart();
    this.set(path, value);
    this.#steps.apart();
  }

  get(path: string): unknown {
    return path
      .split('.')
      .reduce<unknown>((value, key) => (value as Raw | null | undefined)?.[key], this.config);
  }

  undo(): void {
    const before = this.config && this.#steps.undo(this.config);
    if (before) this.#show(before);
  }

  redo(): void {
    const after = this.config && this.#steps.redo(this.config);
    if (after) this.#show(after);
  }

  check(): void {
    if (!this.config) return;
    void this.resolved.refresh();
    void this.preview.refresh();
  }

  #remember(path: string): void {
    if (this.config) this.#steps.remember(this.config, path);
  }

  #show(config: Design): void {
    // What reads a table that is not asked for any more would keep the next preview waiting.
    if (this.preview.loading && config.dataset !== this.config?.dataset) this.reading.cancel();
    this.config = config;
    void this.#save();
    this.resolved.soon();
    this.preview.soon();
  }

  /** Saves what is newest, one save after the other; what could not be saved is with the next change. */
  async #save(): Promise<void> {
    this.#unsaved = true;
    if (this.#saving) return;
    this.#saving = true;
    while (this.#unsaved) {
      this.#unsaved = false;
      await call('design.saveDraft', { config: this.raw }).catch(() => undefined);
    }
    this.#saving = false;
  }

  async #loadPreview(): Promise<Preview | null> {
    const { problems } = await call('design.resolve', { config: this.raw });
    if (problems.length > 0) return null;
    const dataset = this.config?.dataset;
    try {
      this.lastPreview = await this.reading.run((task) =>
        call('design.preview', { config: this.raw, samples: 3, task }),
      );
    } catch (error) {
      // Other data was chosen meanwhile, whose preview is on its way.
      if (dataset === this.config?.dataset) throw error;
    }
    return this.lastPreview;
  }
}

function withValue(object: Raw, [key = '', ...rest]: string[], value: unknown): Raw {
  const inner = rest.length > 0 ? withValue((object[key] ?? {}) as Raw, rest, value) : value;
  return { ...object, [key]: inner };
}

export const draft = new Draft();
