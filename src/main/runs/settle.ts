/** Writes how a run ended. */
import { toWireError } from '#shared/errors.ts';
import type { RunRecord } from '#shared/records.ts';
import { MAY_GO_ON } from '#shared/run-ends.ts';
import type { History } from '../history/history.ts';
import type { FromTrainer } from '../trainer/protocol.ts';
import { isOutOfMemory, MEMORY_REMEDY } from '../trainer/machine-faults.ts';
import { togetherWith } from './log.ts';
import { savedText } from './saved.ts';
import type { SessionOptions } from './session-options.ts';
import type { WorkerEnd } from './worker-link.ts';

/** The message with which a run's process says how it ended. */
export type Outcome = Extract<FromTrainer, { type: 'done' | 'cancelled' | 'failed' }>;

interface Ending {
  /** Null where the process ended without a last word. */
  outcome: Outcome | null;
  end: WorkerEnd;
  /** Training time over all resumptions. */
  seconds: number;
  /** What ended the program; null where nothing did. */
  closing: string | null;
}

/**
 * Leaves a run for later.
 * @param cause what ended the program, for example `SIGTERM`; null where the user cancelled
 * @returns the run, which says what is saved of it
 */
export function stopRun(history: History, run: RunRecord, cause: string | null, seconds?: number): RunRecord {
  if (cause === null) return history.markCancelled(run.id, seconds);
  const message = `stopped by ${cause}; ${savedText(history, run)}; "credence resume ${run.experiment}" goes on`;
  return history.markInterrupted(run.id, { code: 'run.closed', message }, seconds);
}

/** An error that need not come again says what is saved and how to go on. */
function withWayOn<E extends { code: string; message: string }>(
  history: History,
  run: RunRecord,
  error: E,
): E {
  if (!MAY_GO_ON.includes(error.code)) return error;
  const way = `the other runs are unharmed; ${savedText(history, run)}; "credence resume ${run.experiment}" goes on`;
  return { ...error, message: `${error.message}; ${way}` };
}

/** Saves the final state; null where even that failed (the next start finds the run as an orphan). */
export function settle(
  { run, history, companions }: SessionOptions,
  { outcome, end, seconds, closing }: Ending,
): RunRecord | null {
  try {
    if (outcome?.type === 'done') return history.markDone(run.id, seconds);
    if (outcome?.type === 'failed')
      return history.markFailed(run.id, withWayOn(history, run, outcome.error), seconds);
    if (closing !== null || outcome?.type === 'cancelled') return stopRun(history, run, closing, seconds);
    const remedy = isOutOfMemory(end.cause) ? `; should memory be short: ${MEMORY_REMEDY}` : '';
    const message = `the training process ${end.cause}${companions.length > 0 ? ` while it trained this run${togetherWith(companions)}` : ''}${remedy}`;
    const crashed = withWayOn(history, run, { code: 'trainer.crashed', message });
    return history.markFailed(run.id, crashed, seconds);
  } catch (error) {
    process.emitWarning(`run ${run.id}: its end could not be saved: ${toWireError(error).message}`);
    return null;
  }
}
