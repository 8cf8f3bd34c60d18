/**
 * The run queue: trains queued runs in as many processes as there are slots and writes what they report
 * into the history. A run that fails or crashes leaves the others alone.
 */
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { ExperimentConfig } from '#shared/config.ts';
import type { RunRecord } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import type { QueueListener } from './listener.ts';
import { startSession, type Session } from './session.ts';
import type { WorkerLink } from './worker-link.ts';

export interface QueueOptions {
  history: History;
  /** Runs to train at the same time. */
  slots: number;
  /** Makes one training process. */
  launch: () => WorkerLink;
  listener?: QueueListener;
}

/** Milliseconds between two signs of life in the history. */
const HEARTBEAT_EVERY = 10_000;

export class RunQueue {
  readonly #options: QueueOptions;
  readonly #waiting: { run: RunRecord; config: ExperimentConfig }[] = [];
  readonly #sessions = new Set<Session>();
  #cancelled = false;
  #idle: (() => void) | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Threads the next run may use, so that what runs fills the cores: the last run gets those left over. */
  get #threads(): number {
    const atOnce = Math.min(this.#options.slots, this.#sessions.size + this.#waiting.length + 1);
    return Math.max(1, Math.floor(availableParallelism() / atOnce));
  }

  /** Adds queued runs of one experiment. */
  add(runs: readonly RunRecord[], config: ExperimentConfig): void {
    this.#waiting.push(...runs.map((run) => ({ run, config })));
  }

  /** Trains until nothing waits or runs any more. */
  async drain(): Promise<void> {
    const timer = setInterval(() => this.#heartbeat(), HEARTBEAT_EVERY);
    try {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
        this.#fill();
      });
    } finally {
      clearInterval(timer);
    }
  }

  /** Stops everything: waiting runs are cancelled, running ones save what was reached first. */
  cancel(): void {
    this.#cancelled = true;
    const { history, listener } = this.#options;
    for (const { run } of this.#waiting.splice(0)) listener?.ended?.(history.markCancelled(run.id));
    for (const session of this.#sessions) session.cancel();
    this.#fill();
  }

  #fill(): void {
    while (!this.#cancelled && this.#sessions.size < this.#options.slots) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#start(next.run, next.config);
    }
    if (this.#sessions.size === 0 && this.#waiting.length === 0) this.#idle?.();
  }

  #start(run: RunRecord, config: ExperimentConfig): void {
    const { history, launch, listener } = this.#options;
    const session = startSession({
      run,
      config,
      history,
      threads: this.#threads,
      folder: weightsFolder(history.path, run),
      link: launch(),
      listener: listener ?? {},
    });
    this.#sessions.add(session);
    void session.ended.then(() => {
      this.#sessions.delete(session);
      this.#fill();
    });
  }

  #heartbeat(): void {
    const seconds = new Map([...this.#sessions].map((session) => [session.run.id, session.seconds()]));
    this.#options.history.heartbeat(seconds);
  }
}

/** Where the weights of a run go: beside the database. */
function weightsFolder(database: string, run: RunRecord): string {
  const folder = path.join(
    path.dirname(database),
    'weights',
    `experiment-${run.experiment}`,
    `seed-${run.seed}`,
  );
  mkdirSync(folder, { recursive: true });
  return folder;
}
