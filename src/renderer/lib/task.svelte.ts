/** A call that may take long: how far it is, and its end on request. */
import { ApiError } from '#shared/contract.ts';
import { call, on } from './api.ts';

/** Two windows on one host must not end each other's work. */
const WINDOW = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16)).join('');

export class Task {
  /** What the host calls it. */
  readonly name: string;
  /** Share that is done; null where nothing is under way, or nothing is told yet. */
  share = $state<number | null>(null);
  #running = 0;
  #stopped: string;
  #unsubscribe: () => void;

  /** @param stopped what is said where it was ended */
  constructor(what: string, stopped = 'Reading the data was stopped.') {
    this.name = `${what}-${WINDOW}`;
    this.#stopped = stopped;
    this.#unsubscribe = on('task', ({ task, share }) => {
      if (task === this.name && this.#running > 0) this.share = share;
    });
  }

  /** Runs a call that is given this task; a newer one of it ends the older. */
  async run<T>(work: (task: string) => Promise<T>): Promise<T> {
    this.#running++;
    this.share = null;
    try {
      return await work(this.name);
    } catch (error) {
      throw error instanceof ApiError && error.code === 'task.cancelled' ? new Error(this.#stopped) : error;
    } finally {
      if (--this.#running === 0) this.share = null;
    }
  }

  cancel(): void {
    // Where the host is gone its work is, too.
    call('tasks.cancel', { task: this.name }).catch(() => {});
  }

  /** Nobody waits for it any more. */
  end(): void {
    if (this.#running > 0) this.cancel();
    this.#unsubscribe();
  }
}
