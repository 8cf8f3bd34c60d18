/**
 * Descriptive statistics over seeds. The seed is the unit of replication: every function here takes one
 * number per seed.
 */

/** Arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Relative size of what is rounding, not measurement: means over runs, and sums of shares, leave it behind. */
const ROUNDING = 1e-12;

/** A result without its rounding error: 0 where it is nothing else. @param size of the numbers it was made from */
export function withoutRounding(value: number, size: number): number {
  return Math.abs(value) <= ROUNDING * size ? 0 : value;
}

/** `a − b`, and exactly 0 where they differ by rounding only. */
export function difference(a: number, b: number): number {
  return withoutRounding(a - b, Math.max(Math.abs(a), Math.abs(b)));
}

/** Sample standard deviation (n − 1); 0 for one value, and where the values differ by rounding errors only. */
export function sd(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const spread = Math.sqrt(squares / (values.length - 1));
  return withoutRounding(spread, Math.max(...values.map(Math.abs)));
}

/**
 * Interquartile mean: the mean of what is left after dropping a quarter of the values, rounded down,
 * from each end (`scipy.stats.trim_mean(x, 0.25)`, as rliable uses it).
 */
export function interquartileMean(values: readonly number[]): number {
  const cut = Math.floor(values.length / 4);
  const sorted = [...values].sort((a, b) => a - b);
  return mean(sorted.slice(cut, sorted.length - cut));
}
