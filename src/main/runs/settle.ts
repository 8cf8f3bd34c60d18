/** Writes how a run ended. */
import { toWireError } from '#shared/errors.ts';
import type { RunRecord } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import type { FromTrainer } from '../trainer/protocol.ts';
import { isOutOfMemory, MEMORY_REMEDY } from '../trainer/out-of-memory.ts';
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

/** Saves the final state; null where even that failed (the next start finds the run as an orphan). */
export function settle(
  { run, history, companions }: SessionOptions,
  { outcome, end, seconds, closing }: Ending,
): RunRecord | null {
  try {
    if (outcome?.type === 'done') return history.markDone(run.id, seconds);
    if (outcome?.type === 'failed') return history.markFailed(run.id, outcome.error, seconds);
    if (closing !== null || outcome?.type === 'cancelled') return stopRun(history, run, closing, seconds);
    const remedy = isOutOfMemory(end.cause) ? `; should memory be short: ${MEMORY_REMEDY}` : '';
    const message = `the training process ${end.cause}${companions.length > 0 ? ` while it trained this run${togetherWith(companions)}` : ''}${remedy}; the other runs are unharmed; ${savedText(history, run)}; "credence resume ${run.experiment}" goes on`;
    return history.markFailed(run.id, { code: 'trainer.crashed', message }, seconds);
  } catch (error) {
    process.emitWarning(`run ${run.id}: its end could not be saved: ${toWireError(error).message}`);
    return null;
  }
}
