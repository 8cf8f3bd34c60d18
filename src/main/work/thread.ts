/** A worker thread that does one task at a time. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker, type ResourceLimits } from 'node:worker_threads';
import { UserError, type WireError } from '#shared/errors.ts';
import type { FromThread, ToThread } from './protocol.ts';

export interface Thread {
  /** Whether it can take a task. */
  readonly alive: boolean;
  /** @throws UserError as the task; Error where the thread broke down */
  run(task: ToThread['task'], args: unknown, share: (share: number) => void): Promise<unknown>;
  /** Ends it at once, whatever it is at. */
  end(): Promise<unknown>;
}

interface Job {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  share: (share: number) => void;
}

/** In the sources, or in the bundle (`npm run build`), whose chunks lie one folder down. */
const ENTRIES = ['./entry.ts', '../work.js'];

/**
 * Starts a thread; it keeps the process alive only while it has a task.
 * @param limits of its memory; Node's own where left out
 */
export function startThread(limits?: ResourceLimits): Thread {
  const worker = new Worker(entry(), { resourceLimits: limits });
  let alive = true;
  let job: Job | null = null;
  const settle = (how: (job: Job) => void) => {
    const current = job;
    job = null;
    worker.unref();
    if (current) how(current);
  };
  worker.unref();
  worker.on('message', (message: FromThread) => {
    if (message.type === 'share') job?.share(message.share);
    else if (message.type === 'done') settle(({ resolve }) => resolve(message.value));
    else settle(({ reject }) => reject(errorOf(message.error)));
  });
  // Out of memory, or a defect that nothing caught.
  worker.on('error', (error) => settle(({ reject }) => reject(isOutOfMemory(error) ? tooLarge() : error)));
  worker.on('exit', (code) => {
    alive = false;
    settle(({ reject }) => reject(new Error(`a worker thread ended with code ${code}`)));
  });
  return {
    get alive() {
      return alive;
    },
    run: (task, args, share) =>
      new Promise((resolve, reject) => {
        job = { resolve, reject, share };
        worker.ref();
        worker.postMessage({ task, args } satisfies ToThread);
      }),
    end: () => worker.terminate(),
  };
}

function isOutOfMemory(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** Only the thread has ended: everything else goes on. */
function tooLarge(): UserError {
  return new UserError(
    'task.memory',
    'dataset: it needs more memory than there is; set dataset.max_entities (CSV) or lower dataset.n_entities (world)',
  );
}

/** Defects stay defects. */
function errorOf({ name, code, message }: WireError): Error {
  return name === 'UserError' ? new UserError(code, message) : new Error(message);
}

function entry(): string {
  const files = ENTRIES.map((file) => fileURLToPath(new URL(file, import.meta.url)));
  const found = files.find((file) => existsSync(file));
  if (!found) throw new Error(`the worker thread is missing: ${files.join(' and ')}`);
  return found;
}
