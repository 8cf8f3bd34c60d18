/** The messages between the main thread and a worker thread. */
import type { WireError } from '#shared/errors.ts';
import type { TaskName } from './tasks.ts';

export interface ToThread {
  task: TaskName;
  args: unknown;
}

export type FromThread =
  { type: 'share'; share: number } | { type: 'done'; value: unknown } | { type: 'failed'; error: WireError };
