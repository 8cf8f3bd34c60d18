/** A second opinion on an interval where there are many seeds: the bootstrap, which assumes no distribution. */
import { quantileSorted } from 'd3-array';
import { mean, sd } from './describe.ts';
import { DRAWS, resampleIndices } from './draws.ts';
import type { Bounds } from './interval.ts';

/** With fewer seeds it covers less than it says, or far more. */
export const BOOTSTRAP_FROM = 20;
const TAILS = [0.975, 0.025] as const;

/**
 * Studentised bootstrap interval (Efron & Tibshirani 1993, section 12.5): the mean minus the quantiles of
 * (mean* − mean) / se* times its standard error, over 10 000 resamples from a fixed stream; percentiles
 * interpolated as in NumPy.
 * @returns null below 20 values, and where resamples without spread leave an end open
 */
export function bootstrapInterval(values: readonly number[]): Bounds | null {
  const n = values.length;
  const spread = sd(values);
  if (n < BOOTSTRAP_FROM || spread === 0) return null;
  const centre = mean(values);
  const ratios = [...studentisedResamples(values, centre).sort()];
  const [low, high] = TAILS.map((tail) => centre - (quantileSorted(ratios, tail)! * spread) / Math.sqrt(n));
  return Number.isFinite(low) && Number.isFinite(high) ? { low, high } : null;
}

/** (mean* − mean) / se* of each resample; ±Infinity where a resample does not vary. */
function studentisedResamples(values: readonly number[], centre: number): Float64Array {
  const n = values.length;
  const indices = resampleIndices(n);
  const deviations = values.map((value) => value - centre);
  return Float64Array.from({ length: DRAWS }, (_, resample) => {
    let sum = 0;
    let squares = 0;
    for (let at = resample * n; at < (resample + 1) * n; at++) {
      const deviation = deviations[indices[at]];
      sum += deviation;
      squares += deviation * deviation;
    }
    return studentised(sum / n, squares, n);
  });
}

/** A mean over its standard error; a variance that is nothing but rounding is none. */
function studentised(shift: number, squares: number, n: number): number {
  const variance = (squares - n * shift * shift) / (n - 1);
  return shift === 0 ? 0 : shift / Math.sqrt(variance > 1e-12 * squares ? variance / n : 0);
}
