/** Signs of life in the history: other programs see by them that the runs of this one have an owner. */
import { toWireError } from '#shared/errors.ts';
import type { RunState } from '#shared/records.ts';
import type { History } from '../history/history.ts';

/** Milliseconds between two of them. */
const EVERY = 10_000;

/** The runs that this program owns, by number. */
interface Owned {
  /** How long those that train have trained. */
  seconds: ReadonlyMap<number, number>;
  states: ReadonlyMap<number, RunState>;
}

export class SignsOfLife {
  readonly #history: History;
  readonly #owned: () => Owned;
  #timer: NodeJS.Timeout | null = null;

  constructor(history: History, owned: () => Owned) {
    this.#history = history;
    this.#owned = owned;
  }

  /** Starts them, or ends them: their clock keeps the process alive. */
  give(wanted: boolean): void {
    if (wanted) this.#timer ??= setInterval(() => this.#save(), EVERY);
    else if (this.#timer) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  #save(): void {
    const { seconds, states } = this.#owned();
    try {
      this.#history.heartbeat(seconds, states);
    } catch (error) {
      process.emitWarning(`no sign of life could be saved: ${toWireError(error).message}`);
    }
  }
}
