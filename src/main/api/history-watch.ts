/** Notices what other processes (the command line, a second window) do to the same history. */
import { toWireError } from '#shared/errors.ts';
import type { Context } from './context.ts';
import { queueState } from './runs.ts';

/** Milliseconds between two looks: a pragma, no disk access where nothing changed. */
const LOOK_EVERY = 1000;
/** Looks between two searches for runs whose process is gone. */
const SWEEP_EVERY = 30;

/** Emits `history` and `queue` when another process wrote; runs of a dead process become `interrupted`. */
export function watchHistory(context: Context): { stop(): void } {
  const { history, emit } = context;
  let seen = history.foreignChanges();
  let looks = 0;
  const look = () => {
    if (++looks % SWEEP_EVERY === 0) {
      for (const run of history.interruptOrphans()) emit('run', run);
      history.interruptLostParts();
    }
    const now = history.foreignChanges();
    if (now === seen) return;
    seen = now;
    emit('history', { experiments: null });
    emit('queue', queueState(context));
  };
  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      process.emitWarning(`the history could not be looked at: ${toWireError(error).message}`);
    }
  }, LOOK_EVERY).unref();
  return { stop: () => clearInterval(timer) };
}
