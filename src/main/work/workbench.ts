/**
 * Runs tasks in worker threads, so that the event loop that serves the windows stays free. A task may be cancelled:
 * its thread ends, whatever it was at.
 */
import { UserError } from '#shared/errors.ts';
import type { TaskArguments, TaskName, TaskResult } from './tasks.ts';
import { startThread, type Thread } from './thread.ts';

export interface Workbench {
  /**
   * Runs a task in a thread.
   * @param name under which it can be cancelled, and is when it is started once more: the newest counts
   * @throws UserError as the task; `task.cancelled`
   */
  run<T extends TaskName>(task: T, args: TaskArguments<T>, name?: string): Promise<TaskResult<T>>;
  /**
   * Follows work that is done elsewhere, in a process say, as `run` does a task in a thread.
   * @param work is told when it is cancelled, and tells the share that is done
   * @throws UserError as the work; `task.cancelled`
   */
  follow<T>(
    work: (signal: AbortSignal, share: (done: number) => void) => Promise<T>,
    name?: string,
  ): Promise<T>;
  /** Ends a task; one that has ended is left alone. */
  cancel(name: string): void;
  close(): Promise<void>;
}

interface Running {
  name: string | undefined;
  /** Ends it at once. */
  end: () => Promise<unknown>;
  cancel: () => void;
}

/** @param onShare told how far a named task is, from 0 to 1 */
export function createWorkbench(onShare: (name: string, share: number) => void): Workbench {
  const running = new Set<Running>();
  /** Starting a thread takes longer than most tasks: one waits for the next. */
  let spare: Thread | null = null;
  const cancel = (name: string) => {
    for (const each of running) if (each.name === name) each.cancel();
  };
  const giveBack = (thread: Thread) => {
    if (spare || !thread.alive) void thread.end();
    else spare = thread;
  };
  return {
    cancel,
    async run<T extends TaskName>(task: T, args: TaskArguments<T>, name?: string): Promise<TaskResult<T>> {
      if (name !== undefined) cancel(name);
      const thread = spare?.alive ? spare : startThread();
      spare = null;
      const share = (done: number) => name !== undefined && onShare(name, done);
      const cancelled = Promise.withResolvers<never>();
      const entry = { name, end: () => thread.end(), cancel: () => cancelled.reject(cancellation(task)) };
      running.add(entry);
      try {
        const result = await Promise.race([thread.run(task, args, share), cancelled.promise]);
        giveBack(thread);
        return result as TaskResult<T>;
      } catch (error) {
        if (isCancellation(error)) await thread.end();
        else giveBack(thread);
        throw error;
      } finally {
        running.delete(entry);
      }
    },
    async follow<T>(
      work: (signal: AbortSignal, share: (done: number) => void) => Promise<T>,
      name?: string,
    ): Promise<T> {
      if (name !== undefined) cancel(name);
      const stop = new AbortController();
      const cancelled = Promise.withResolvers<never>();
      const end = () => {
        stop.abort();
        return Promise.resolve();
      };
      const entry = { name, end, cancel: () => cancelled.reject(cancellation('the question')) };
      running.add(entry);
      try {
        const share = (done: number) => name !== undefined && onShare(name, done);
        return await Promise.race([work(stop.signal, share), cancelled.promise]);
      } finally {
        stop.abort();
        running.delete(entry);
      }
    },
    async close() {
      const ends = [...[...running].map(({ end }) => end), () => spare?.end()];
      for (const each of running) each.cancel();
      await Promise.all(ends.map((end) => end()));
    },
  };
}

const CANCELLED = 'task.cancelled';

function cancellation(task: string): UserError {
  return new UserError(CANCELLED, `${task}: it was cancelled; start it again if it is still wanted`);
}

function isCancellation(error: unknown): boolean {
  return error instanceof UserError && error.code === CANCELLED;
}
