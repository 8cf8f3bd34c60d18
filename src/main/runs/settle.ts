/** Writes how a run ended. */
import { toWireError } from '#shared/errors.ts';
import type { RunRecord } from '#shared/records.ts';
import type { FromTrainer } from '../trainer/protocol.ts';
import { togetherWith } from './log.ts';
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
  /** The program was closing. */
  closing: boolean;
}

/** Why a run stopped that nobody cancelled. */
export const CLOSED = {
  code: 'run.closed',
  message: 'Credence was closed while the run was under way; resume it to go on from its last checkpoint',
};

/** Saves the final state; null where even that failed (the next start finds the run as an orphan). */
export function settle(
  { run, history, companions }: SessionOptions,
  { outcome, end, seconds, closing }: Ending,
): RunRecord | null {
  try {
    if (outcome?.type === 'done') return history.markDone(run.id, seconds);
    if (outcome?.type === 'failed') return history.markFailed(run.id, outcome.error, seconds);
    if (closing) return history.markInterrupted(run.id, CLOSED, seconds);
    if (outcome?.type === 'cancelled') return history.markCancelled(run.id, seconds);
    const message = `the training process ${end.cause}${companions.length > 0 ? ` while it trained this run${togetherWith(companions)}` : ''}; the other runs are unharmed, "credence resume ${run.experiment}" goes on from the last checkpoint`;
    return history.markFailed(run.id, { code: 'trainer.crashed', message }, seconds);
  } catch (error) {
    process.emitWarning(`run ${run.id}: its end could not be saved: ${toWireError(error).message}`);
    return null;
  }
}
