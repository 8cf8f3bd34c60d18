/** How fast this machine trains: kept from runs that finished, asked for estimates. */
import type { History } from '../history/history.ts';

/** One finished run, from its start to its end in one process. */
interface Pace {
  flops: number;
  steps: number;
  seconds: number;
}

const KEY = 'paces';
/** Older ones are forgotten. */
const KEPT = 40;
/** Floating-point operations a second of one core on small models, as measured with the pocket preset. */
const ASSUMED = 4e10;
/** Seconds until a training process takes its first step. */
const START_UP = 1;

/** Remembers a finished run. */
export function keepPace(history: History, pace: Pace): void {
  history.writeSetting(KEY, [...readPaces(history), pace].slice(-KEPT));
}

/**
 * Seconds that one run of so much work will take: at the pace of the latest run whose steps were about as
 * large, because small steps leave a core idle.
 */
export function estimateSeconds(
  history: History,
  work: { flops: number; steps: number },
): { seconds: number; basis: 'measured' | 'assumed' } {
  const size = (pace: { flops: number; steps: number }) => Math.log(pace.flops / Math.max(1, pace.steps));
  const distance = (pace: Pace) => Math.abs(size(pace) - size(work));
  const nearest = readPaces(history)
    .reverse()
    .reduce<Pace | null>((best, pace) => (best && distance(best) <= distance(pace) ? best : pace), null);
  if (!nearest) return { seconds: START_UP + work.flops / ASSUMED, basis: 'assumed' };
  const perFlop = Math.max(nearest.seconds - START_UP, nearest.seconds / 2) / nearest.flops;
  return { seconds: START_UP + work.flops * perFlop, basis: 'measured' };
}

function readPaces(history: History): Pace[] {
  const kept = history.readSetting(KEY);
  return Array.isArray(kept) ? (kept as Pace[]) : [];
}
