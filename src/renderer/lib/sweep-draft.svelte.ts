/** The `sweep` part of the design under way: which fields, over which values as they are typed. */
import type { SweepEstimate } from '#shared/api/sweeps.ts';
import type { ConfigField } from '#shared/config-fields.ts';
import { sweepText } from '#shared/sweep-text.ts';
import type { RawSweep, SweepValue } from '#shared/sweep.ts';
import { call } from './api.ts';
import { draft } from './draft.svelte.ts';
import { fields } from './fields.svelte.ts';
import { Query } from './query.svelte.ts';

type Over = RawSweep['over'];

/** Fields that tell cells or runs apart already, or that would change what a combination is. */
const NOT_SWEPT = /^(name|seeds|seeds_stage2)$|\.kind$/;

class SweepDraft {
  /** Time of the whole sweep; null while there is none, or something is wrong with it. */
  estimate = new Query<SweepEstimate | null>(() => this.#loadEstimate(), 800);

  get part(): RawSweep | null {
    return draft.config?.sweep ?? null;
  }

  get mode(): 'grid' | 'paired' {
    return this.part?.mode ?? 'grid';
  }

  /** Swept fields in their order, with their values as text. */
  get entries(): { field: string; text: string }[] {
    return Object.entries(this.part?.over ?? {}).map(([field, values]) => ({
      field,
      text: sweepText(values),
    }));
  }

  /** Fields that can be added. */
  get offered(): (ConfigField & { field: string })[] {
    const taken = this.part?.over ?? {};
    return fields.all.filter(({ field }) => !NOT_SWEPT.test(field) && !(field in taken));
  }

  /** Begins with the value that the design has. */
  add(field: string): void {
    const value = draft.get(field);
    const first = value === undefined ? '' : sweepText([value as SweepValue]);
    this.#set({ ...this.part?.over, [field]: first });
  }

  type(field: string, text: string): void {
    this.#set({ ...this.part?.over, [field]: text }, `sweep.over.${field}`);
  }

  remove(field: string): void {
    this.#set(Object.fromEntries(Object.entries(this.part?.over ?? {}).filter(([each]) => each !== field)));
  }

  /** Makes a field the first one, which stands on the axis of the figure. */
  putFirst(field: string): void {
    const { [field]: first, ...others } = this.part?.over ?? {};
    if (first !== undefined) this.#set({ [field]: first, ...others });
  }

  setMode(mode: 'grid' | 'paired'): void {
    if (this.part) draft.set('sweep', { ...this.part, mode }, '');
  }

  clear(): void {
    draft.set('sweep', undefined, '');
  }

  /** Only letters typed into one field join to one step of undo. */
  #set(over: Over, step = ''): void {
    draft.set('sweep', Object.keys(over).length > 0 ? { mode: this.mode, over } : undefined, step);
  }

  async #loadEstimate(): Promise<SweepEstimate | null> {
    if (!this.part) return null;
    const { problems } = await call('design.resolve', { config: draft.raw });
    return problems.length > 0 ? null : call('sweeps.estimate', { config: draft.raw });
  }
}

export const sweepDraft = new SweepDraft();
