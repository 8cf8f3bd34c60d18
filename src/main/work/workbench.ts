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
  /** Ends a task; one that has ended is left alone. */
  cancel(name: string): void;
  close(): Promise<void>;
}

interface Running {
  name: string | undefined;
  thread: Thread;
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
      const entry = { name, thread, cancel: () => cancelled.reject(cancellation(task)) };
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
    async close() {
      const threads = [...[...running].map(({ thread }) => thread), ...(spare ? [spare] : [])];
      for (const each of running) each.cancel();
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

const CANCELLED = 'task.cancelled';

function cancellation(task: TaskName): UserError {
  return new UserError(CANCELLED, `${task}: it was cancelled; start it again if it is still wanted`);
}

function isCancellation(error: unknown): boolean {
  return error instanceof UserError && error.code === CANCELLED;
}
