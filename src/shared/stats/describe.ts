/**
 * Descriptive statistics over seeds. The seed is the unit of replication: every function here takes one
 * number per seed.
 */
import { randomStream } from '../random.ts';
import { FEW_VALUES, fewValuesInterval, percentileInterval } from './resamples.ts';

/** A mean over `n` seeds with its 95 % interval; fractions of questions, not points. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
  n: number;
}

/** Resamples of a bootstrap (rliable: at least 10 000). */
const RESAMPLES = 10_000;

/** Arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Sample standard deviation (n − 1); 0 for one value. */
export function sd(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
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

/** The mean of each resample; `indices` holds the resamples one after another. */
export function resampledMeans(values: readonly number[], indices: Uint32Array): Float64Array {
  const n = values.length;
  const means = new Float64Array(indices.length / n);
  for (let resample = 0, at = 0; resample < means.length; resample++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[indices[at++]];
    means[resample] = sum / n;
  }
  return means;
}

const drawn = new Map<string, Uint32Array>();

/**
 * Indices of `RESAMPLES` bootstrap resamples of `n` values; the same in every process. The latest few
 * are kept, because all points of a figure share them.
 */
export function bootstrapIndices(n: number, label = 'bootstrap'): Uint32Array {
  const key = `${label} ${n}`;
  const known = drawn.get(key);
  if (known) return known;
  const random = randomStream(0, label, n);
  const indices = Uint32Array.from({ length: RESAMPLES * n }, () => random.int(n));
  if (drawn.size >= 4) drawn.clear();
  drawn.set(key, indices);
  return indices;
}

/**
 * Mean with its 95 % percentile-bootstrap interval over seeds (10 000 resamples, deterministic). For one
 * value, or equal values, the interval is the value.
 * @returns null for no values
 */
export function bootstrapInterval(values: readonly number[]): Interval | null {
  const n = values.length;
  if (n === 0) return null;
  const centre = mean(values);
  if (values.every((value) => value === values[0]))
    return { mean: values[0], low: values[0], high: values[0], n };
  const interval =
    n <= FEW_VALUES
      ? fewValuesInterval(values, bootstrapIndices)
      : percentileInterval(resampledMeans(values, bootstrapIndices(n)));
  return { mean: centre, ...interval, n };
}
