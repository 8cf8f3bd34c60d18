/** The first list of experiments: what is there of the window when it comes, and what stands in for it until then. */
import { history } from './history.svelte.ts';
import { sweeps } from './sweeps.svelte.ts';

/** Milliseconds after which a placeholder is better than an empty place. */
const PATIENCE = 100;

class Start {
  /** The list has come, with the names of sweeps where there are some; or why there is none. */
  listed = $state(false);
  /** It takes its time. */
  late = $state(false);

  constructor() {
    setTimeout(() => (this.late = true), PATIENCE);
    void this.#wait();
  }

  async #wait(): Promise<void> {
    await history.arrived;
    if (history.all.some(({ sweep }) => sweep !== null)) await sweeps.arrive();
    this.listed = true;
  }
}

export const start = new Start();
