/** How the comparison in view is looked at: kept in its address, every change of it undoable. */
import { FIRST_LOOK, readLook, writeLook, type CompareLook } from './compare-look.ts';
import { placeOf } from './place.ts';
import { route } from './route.svelte.ts';
import { Steps } from './steps.svelte.ts';

class CompareLookState {
  #steps = new Steps<string>();
  /** What the address says while one looks at the answers, which have parts of their own. */
  #kept = $state.raw<Record<string, string>>({});

  /** The address when it was noted last. */
  #seen: string | null = null;

  #read = $derived(readLook(this.#own ? route.query : this.#kept));
  now: CompareLook = $derived(this.#read.look);
  /** What in the address is wrong, in words. */
  problems: string[] = $derived(this.#read.problems);

  /** Whether the address is that of a comparison's own numbers. */
  get #own(): boolean {
    return route.view === 'compare' && (route.tab === null || route.tab === 'relations');
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

  /** @param step changes of the same one in quick succession are one step of undo */
  set(changes: Partial<CompareLook>, step = ''): void {
    const parts = writeLook(changes);
    if (Object.entries(parts).every(([key, text]) => (route.query[key] ?? null) === text)) return;
    this.#steps.remember(route.address, step);
    route.look(parts);
  }

  /** Takes what cannot be out of the address. @param ids experiments that there are */
  mend(ids: readonly number[]): void {
    const { base } = this.now;
    const parts = writeLook({ ...this.now, base: base !== null && ids.includes(base) ? base : null });
    route.look(Object.fromEntries(Object.keys(this.query).map((key) => [key, parts[key] ?? null])));
  }

  /** Other experiments, looked at in the same way. */
  compare(ids: readonly number[]): void {
    this.#steps.remember(route.address);
    route.goOn(ids);
    this.#seen = route.address;
  }

  /** As it was opened at first, the same experiments. */
  reset(): void {
    this.set(FIRST_LOOK);
  }

  undo(): void {
    this.#goTo(this.#steps.undo(route.address));
  }

  redo(): void {
    this.#goTo(this.#steps.redo(route.address));
  }

  #goTo(address: string | undefined): void {
    if (address === undefined || placeOf(address).view !== 'compare') return;
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

export const compareLook = new CompareLookState();
