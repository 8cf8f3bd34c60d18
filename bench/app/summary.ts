/** From samples to rows. */
import { max, median, min, quantile } from 'd3-array';

export interface AppRow {
  /** Experiments × runs of each. */
  history: string;
  what: string;
  unit: 'ms' | 'frames';
  median: number;
  lowest: number;
  highest: number;
  /** 95th percentile, where there are many samples. */
  p95: number | null;
  n: number;
  /** What the issue asks for; null where it names nothing. */
  limit: number | null;
}

/** Fewer samples have no 95th percentile to speak of. */
const MANY = 100;

export function summarise(history: string, what: string, values: readonly number[]): AppRow {
  return {
    history,
    what,
    unit: what.endsWith('dropped') ? 'frames' : 'ms',
    median: median(values) ?? NaN,
    lowest: min(values) ?? NaN,
    highest: max(values) ?? NaN,
    p95: values.length >= MANY ? (quantile(values, 0.95) ?? NaN) : null,
    n: values.length,
    limit: limitOf(what),
  };
}

function limitOf(what: string): number | null {
  if (what.startsWith('list')) return 150;
  return what.startsWith('comparison') ? 500 : null;
}
