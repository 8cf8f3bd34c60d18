/** Entry of a worker thread: does one task at a time and says how far it is. */
import { parentPort } from 'node:worker_threads';
import { toWireError } from '#shared/errors.ts';
import type { FromThread, ToThread } from './protocol.ts';
import { TASKS, type OnShare } from './tasks.ts';

/** Milliseconds between two reports. */
const REPORT_EVERY = 100;

const post = (message: FromThread) => parentPort!.postMessage(message);

parentPort!.on('message', ({ task, args }: ToThread) => {
  // Task and arguments were matched by whoever sent them.
  const work = TASKS[task] as (args: unknown, share: OnShare) => Promise<unknown>;
  work(args, reporter()).then(
    (value) => post({ type: 'done', value }),
    (error: unknown) => post({ type: 'failed', error: toWireError(error) }),
  );
});

function reporter(): OnShare {
  let last = 0;
  return (share) => {
    const now = performance.now();
    if (now - last < REPORT_EVERY) return;
    last = now;
    post({ type: 'share', share });
  };
}
