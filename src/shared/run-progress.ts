/** How far an experiment or a sweep is over all its runs, and when it will be done. */
import type { TrainingProgress } from './progress.ts';
import type { RunRecord } from './records.ts';

type Run = Pick<RunRecord, 'id' | 'state'>;

export interface Overall {
  /** Some run is waiting or training. */
  live: boolean;
  fraction: number;
  /** Seconds; null before there is a pace. */
  eta: number | null;
}

export function overallProgress(
  runs: readonly Run[],
  progressOf: (run: number) => TrainingProgress | null,
  slots: number,
): Overall {
  const fractions = runs.map((run) => (run.state === 'done' ? 1 : (progressOf(run.id)?.fraction ?? 0)));
  const fraction = runs.length > 0 ? fractions.reduce((a, b) => a + b, 0) / runs.length : 0;
  const open = runs.filter(({ state }) => state === 'queued' || state === 'running');
  return { live: open.length > 0, fraction, eta: etaOf(open, progressOf, slots) };
}

/** Seconds of one run at the present pace times the runs that are left, spread over the slots. */
function etaOf(
  open: readonly Run[],
  progressOf: (run: number) => TrainingProgress | null,
  slots: number,
): number | null {
  const paces = open.flatMap(({ id }) => {
    const progress = progressOf(id);
    const left = progress?.eta_seconds;
    return progress && typeof left === 'number' && progress.fraction < 1
      ? [{ left, whole: left / (1 - progress.fraction) }]
      : [];
  });
  if (paces.length === 0) return null;
  const whole = paces.reduce((sum, pace) => sum + pace.whole, 0) / paces.length;
  const work = paces.reduce((sum, pace) => sum + pace.left, 0) + (open.length - paces.length) * whole;
  return Math.max(work / Math.min(slots, open.length), ...paces.map(({ left }) => left));
}
