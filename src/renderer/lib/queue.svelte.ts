/** The run queue as it is now, with the latest progress of each run. */
import { SvelteMap } from 'svelte/reactivity';
import type { QueueEntry, QueueState } from '#shared/api/runs.ts';
import type { TrainingProgress } from '#shared/progress.ts';
import { call, messageOf, on } from './api.ts';
import { connection } from './connection.svelte.ts';

class Queue {
  state = $state.raw<QueueState | null>(null);
  error = $state<string | null>(null);
  #progress = new SvelteMap<number, TrainingProgress>();

  constructor() {
    on('queue', (state) => this.set(state));
    on('progress', ({ run, progress }) => this.#progress.set(run, progress));
    on('run', (run) => {
      if (run.state !== 'running' && run.state !== 'paused') this.#progress.delete(run.id);
    });
    // Whoever connects is told the queue first.
    connection.onReturn(() => void this.refresh());
  }

  set(state: QueueState): void {
    this.state = state;
    this.error = null;
  }

  async refresh(): Promise<void> {
    try {
      this.set(await call('runs.queue', {}));
    } catch (error) {
      this.error = messageOf(error);
    }
  }

  get entries(): QueueEntry[] {
    return this.state ? [...this.state.running, ...this.state.waiting] : [];
  }

  progressOf(run: number): TrainingProgress | null {
    return (
      this.#progress.get(run) ?? this.state?.running.find((entry) => entry.run.id === run)?.progress ?? null
    );
  }
}

export const queue = new Queue();
