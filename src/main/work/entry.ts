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
  const reporter = createReporter();
  work(args, reporter.share)
    .finally(reporter.end)
    .then(
      (value) => post({ type: 'done', value }),
      (error: unknown) => post({ type: 'failed', error: toWireError(error) }),
    );
});

/** Reports at once, then every moment what is newest; what came last is reported even where nothing follows it. */
function createReporter(): { share: OnShare; end: () => void } {
  let newest: number | null = null;
  let timer: NodeJS.Timeout | null = null;
  let last = 0;
  const report = () => {
    if (newest === null) return;
    last = performance.now();
    post({ type: 'share', share: newest });
    newest = null;
  };
  return {
    share(share) {
      newest = share;
      // Work that never waits gives timers no turn.
      if (performance.now() - last >= REPORT_EVERY) report();
      timer ??= setTimeout(() => {
        timer = null;
        report();
      }, REPORT_EVERY);
    },
    end: () => void (timer && clearTimeout(timer)),
  };
}
