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

/** Sample standard deviation (n − 1); 0 for one value, and where the values differ by rounding errors only. */
export function sd(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const spread = Math.sqrt(squares / (values.length - 1));
  return spread <= 1e-12 * Math.max(...values.map(Math.abs)) ? 0 : spread;
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
