/** How what is in view is looked at: kept in its address, every change of it undoable. */
import type { LinkLook } from './link-look.ts';
import { placeOf, type Place } from './place.ts';
import { route } from './route.svelte.ts';
import { Steps, type UndoableLook } from './steps.svelte.ts';

export class LookState<Look> implements UndoableLook {
  readonly #language: LinkLook<Look>;
  readonly #isOwn: (place: Pick<Place, 'view' | 'ids' | 'tab'>) => boolean;
  #steps = new Steps<string>();
  /** What the address says while one looks at the answers, which have parts of their own. */
  #kept = $state.raw<Record<string, string>>({});

  /** The address when it was noted last. */
  #seen: string | null = null;

  #read = $derived.by(() => this.#language.read(this.query));
  now: Look = $derived(this.#read.look);
  /** What in the address is wrong, in words. */
  problems: string[] = $derived(this.#read.problems);

  /** @param isOwn whether the address of a place says how this is looked at */
  constructor(language: LinkLook<Look>, isOwn: (place: Pick<Place, 'view' | 'ids' | 'tab'>) => boolean) {
    this.#language = language;
    this.#isOwn = isOwn;
  }

  get #own(): boolean {
    return this.#isOwn(route);
  }

  /** The parts of the address that say so. */
  get query(): Record<string, string> {
    return this.#own ? route.query : this.#kept;
  }

  get canUndo(): boolean {
    return this.#steps.canUndo;
  }

  get canRedo(): boolean {
    return this.#steps.canRedo;
  }

  /** Whether anything is not as at first. */
  get changed(): boolean {
    return Object.keys(this.query).length > 0;
  }

  /** @param step changes of the same one in quick succession are one step of undo */
  set(changes: Partial<Look>, step = ''): void {
    const parts = this.#language.write(changes);
    if (Object.entries(parts).every(([key, text]) => (route.query[key] ?? null) === text)) return;
    this.#steps.remember(route.address, step);
    route.look(parts);
  }

  /** Takes what cannot be out of the address. @param changes what holds in its place, where a part reads well but cannot be */
  mend(changes: Partial<Look> = {}): void {
    const parts = this.#language.write({ ...this.now, ...changes });
    route.look(Object.fromEntries(Object.keys(this.query).map((key) => [key, parts[key] ?? null])));
  }

  /** Other experiments, looked at in the same way. */
  goOn(ids: readonly number[]): void {
    this.#steps.remember(route.address);
    route.goOn(ids);
    this.#seen = route.address;
  }

  /** As it was opened at first, the same experiments. */
  reset(): void {
    this.set(this.#language.first);
  }

  undo(): void {
    this.#goTo(this.#steps.undo(route.address));
  }

  redo(): void {
    this.#goTo(this.#steps.redo(route.address));
  }

  #goTo(address: string | undefined): void {
    if (address === undefined || placeOf(address).view !== route.view) return;
    route.replace(address);
    this.#seen = address;
  }

  /**
   * Notes what the address says, for when one comes back from another tab; experiments that were put in or taken out
   * elsewhere, in the side bar, are a step of undo too.
   */
  keep(): void {
    if (this.#own) this.#kept = route.query;
    const [before, now] = [this.#seen, route.address];
    this.#seen = now;
    if (before !== null && placeOf(before).ids.join() !== route.ids.join()) this.#steps.remember(before);
  }

  /** When one leaves the view. */
  forget(): void {
    this.#steps.clear();
    this.#kept = {};
    this.#seen = null;
  }
}
