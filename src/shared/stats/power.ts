/** Power of the paired t-test, from the noncentral t distribution. */
import logpdf from '@stdlib/stats-base-dists-chi-logpdf';
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import quantile from '@stdlib/stats-base-dists-t-quantile';

/** More seeds than anyone trains. */
const MOST_SEEDS = 100_000;

/** Simpson intervals: six digits for 2 seeds, where the integrand is narrowest, and more above. */
const INTERVALS = 1000;

/**
 * Cumulative distribution of the noncentral t, T = (Z + ncp) / (S / √df) with S chi-distributed:
 * P(T ≤ t) = ∫ f_chi(s; df) Φ(t s / √df − ncp) ds, by Simpson's rule over all but 1e-16 of S.
 */
export function noncentralTCdf(t: number, df: number, ncp: number): number {
  const root = Math.sqrt(df);
  const from = Math.max(0, root - 9);
  const width = (root + 9 - from) / INTERVALS;
  let sum = 0;
  for (let i = 0; i <= INTERVALS; i++) {
    // The density at 0 is a limit that the library does not take.
    const s = Math.max(from + i * width, 1e-12);
    const weight = i === 0 || i === INTERVALS ? 1 : i % 2 ? 4 : 2;
    sum += weight * Math.exp(logpdf(s, df)) * normalCdf((t * s) / root - ncp, 0, 1);
  }
  return (sum * width) / 3;
}

/**
 * Power of a two-sided paired t-test with `n` pairs at standardised mean difference `dz`.
 * @param alpha level of the test
 */
export function pairedTPower(dz: number, n: number, alpha = 0.05): number {
  const df = n - 1;
  const critical = quantile(1 - alpha / 2, df);
  const ncp = dz * Math.sqrt(n);
  return 1 - noncentralTCdf(critical, df, ncp) + noncentralTCdf(-critical, df, ncp);
}

/**
 * Seeds that a two-sided paired t-test needs to find a difference of size `dz`.
 * @returns at least 2; null where more than 100 000 would be needed
 */
export function seedsForPower(dz: number, power = 0.8, alpha = 0.05): number | null {
  const enough = (n: number) => pairedTPower(dz, n, alpha) >= power;
  let high = 2;
  while (!enough(high)) {
    if (high >= MOST_SEEDS) return null;
    high = Math.min(high * 2, MOST_SEEDS);
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
