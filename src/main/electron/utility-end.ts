/** How a utility process ended, in words. */
import { isOutOfMemory } from '../trainer/machine-faults.ts';
import { crashLine } from '../runs/last-words.ts';
import type { WorkerEnd } from '../runs/worker-link.ts';

const REASONS: Record<string, string> = {
  killed: 'was killed',
  crashed: 'crashed',
  'launch-failed': 'could not be started',
};

/**
 * An exit with 0 is an end; anything else, or a reason from the system, is a crash.
 * @param reason of Electron's `child-process-gone`; null where there was none
 * @param lastWords the end of what the process wrote to its error stream
 */
export function describeEnd(code: number, reason: string | null, lastWords: string): WorkerEnd {
  if (code === 0 && (reason === null || reason === 'clean-exit')) return { clean: true, cause: 'ended' };
  if (reason === 'oom' || isOutOfMemory(lastWords)) return { clean: false, cause: 'ran out of memory' };
  const how = (reason && REASONS[reason]) ?? `ended with exit code ${code}`;
  return { clean: false, cause: how + crashLine(lastWords) };
}
