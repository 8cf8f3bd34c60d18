/**
 * The 95 % interval of a mean over seeds: Student's t. It is the one interval called "95 %" anywhere, because it
 * covers that at three seeds as at fifty and leaves out 0 exactly where the t-test beside it gives p < 0.05
 * (docs/statistics.md has the simulation that it was chosen by).
 */
import quantile from '@stdlib/stats-base-dists-t-quantile';
import { mean, sd } from './describe.ts';

/** Ends of a 95 % interval; null where there is none: one seed, or seeds that do not vary. */
export interface Bounds {
  low: number | null;
  high: number | null;
}

/** A mean over `n` seeds with its 95 % interval; fractions of questions, not points. */
export interface Interval extends Bounds {
  mean: number;
  n: number;
}

/** Both ends, or nothing: what a scale has to hold. */
export function endsOf({ low, high }: Bounds): number[] {
  return low === null || high === null ? [] : [low, high];
}

/** What a mean cannot leave: its interval is cut off there, which takes nothing from what it covers. */
export type Limits = readonly [least: number, most: number];

const ANYTHING: Limits = [-Infinity, Infinity];

const TAIL = 0.025;
/** Critical values by degrees of freedom: all points of a figure ask for the same few. */
const known = new Map<number, number>();
const NONE: Bounds = { low: null, high: null };

/**
 * Mean ± t₀.₉₇₅(n − 1) · s / √n (Student 1908; `scipy.stats.ttest_1samp(…).confidence_interval()`).
 * @returns null for no values; no ends for one value and for values that are all the same
 */
export function meanInterval(values: readonly number[], limits: Limits = ANYTHING): Interval | null {
  const n = values.length;
  if (n === 0) return null;
  const spread = sd(values);
  const centre = spread === 0 ? values[0] : mean(values);
  return { mean: centre, ...boundsAround(centre, spread / Math.sqrt(n), n - 1, limits), n };
}

/**
 * Centre ± t₀.₉₇₅(df) · standard error, within limits.
 * @returns no ends where the standard error is 0
 */
export function boundsAround(
  centre: number,
  standardError: number,
  df: number,
  [least, most]: Limits = ANYTHING,
): Bounds {
  if (!(standardError > 0)) return NONE;
  const reach = criticalT(df) * standardError;
  return { low: Math.max(least, centre - reach), high: Math.min(most, centre + reach) };
}

/** t₀.₉₇₅(df) */
function criticalT(df: number): number {
  const value = known.get(df) ?? -quantile(TAIL, df);
  if (Number.isInteger(df)) known.set(df, value);
  return value;
}
