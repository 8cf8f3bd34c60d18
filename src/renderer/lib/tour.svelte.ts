/** The guided tour: where it is, and what of the page it points at. */
import { takeExample } from './example.ts';
import { settings } from './settings.svelte.ts';
import { TOUR_STEPS, type TourStep } from './tour-steps.ts';

/** Milliseconds after which a step is shown without what it points at. */
const PATIENCE = 6000;

/** Too little room for a card beside anything: it lies at the lower edge, and what it points at goes above it. */
export const narrow = matchMedia('(max-width: 1000px), (max-height: 720px)');

class Tour {
  /** Which step; null while there is no tour. */
  at = $state<number | null>(null);
  /** What the step points at; null where it stands by itself. */
  target = $state.raw<HTMLElement | null>(null);
  /** The view of the step is there. */
  ready = $state(false);
  /** The example is being opened. */
  opening = $state(false);
  #example = 0;
  /** Nobody has scrolled away from what the step points at. */
  #held = false;

  get step(): TourStep | null {
    return this.at === null ? null : (TOUR_STEPS[this.at] ?? null);
  }

  /** Opens the example where it is not there, and begins. */
  async start(): Promise<void> {
    if (this.opening || this.at !== null) return;
    this.opening = true;
    const example = await takeExample();
    this.opening = false;
    if (example === undefined) return;
    this.#example = example;
    await this.go(0);
  }

  /** @param at beyond the last step ends it */
  async go(at: number): Promise<void> {
    const step = TOUR_STEPS[at];
    if (!step) return this.end();
    this.at = at;
    this.ready = false;
    this.target = null;
    if (step.place) location.hash = step.place(this.#example);
    const target = step.target ? await this.#find(step.target(this.#example), at) : null;
    // One has gone on meanwhile.
    if (this.at !== at) return;
    this.target = target;
    this.ready = this.#held = true;
    this.#show();
  }

  end(): void {
    this.at = this.target = null;
    this.ready = false;
    void settings.set({ tour_seen: true });
    // After what was closed has let go of it.
    setTimeout(() => document.getElementById('main')?.focus());
  }

  /** Another view was opened meanwhile, or this one was drawn anew, or what came later moved it out of the window. */
  lookAgain(): void {
    const { step } = this;
    if (!this.ready || !step?.target) return;
    if (!this.target?.isConnected)
      this.target = document.querySelector<HTMLElement>(step.target(this.#example));
    const place = this.target?.getBoundingClientRect();
    if (this.#held && place && (place.bottom <= 0 || place.top >= innerHeight)) this.#show();
  }

  /** Someone scrolls, or is about to: the page is no longer moved for them. */
  letGo(): void {
    this.#held = false;
  }

  #show(): void {
    this.target?.scrollIntoView({ block: narrow.matches ? 'start' : 'center' });
  }

  async #find(selector: string, at: number): Promise<HTMLElement | null> {
    const until = performance.now() + PATIENCE;
    while (this.at === at && performance.now() < until) {
      const found = document.querySelector<HTMLElement>(selector);
      if (found && found.getClientRects().length > 0) return found;
      await new Promise(requestAnimationFrame);
    }
    return null;
  }
}

export const tour = new Tour();
