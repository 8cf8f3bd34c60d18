/** Power of the paired t-test, from the noncentral t distribution. */
import logpdf from '@stdlib/stats-base-dists-chi-logpdf';
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import quantile from '@stdlib/stats-base-dists-t-quantile';

/** More seeds than anyone trains. */
const MOST_SEEDS = 100_000;

/** Simpson intervals: six digits for two or three seeds, where the integrand is narrowest; more above with fewer. */
const INTERVALS = { few: 1000, many: 200 };
const MANY_FROM = 3;

/** ∫ f_chi(s; df) g(s / √df) ds by Simpson's rule over all but 1e-16 of the chi distribution. */
function chiAverage(df: number, g: (scaled: number) => number): number {
  const root = Math.sqrt(df);
  const intervals = df >= MANY_FROM ? INTERVALS.many : INTERVALS.few;
  const from = Math.max(0, root - 9);
  const step = (root + 9 - from) / intervals;
  // The library's log-density without what does not depend on s.
  const constant = logpdf(1, df) + 0.5;
  let sum = 0;
  for (let i = 0; i <= intervals; i++) {
    // The density at 0 is a limit.
    const s = Math.max(from + i * step, 1e-12);
    const density = Math.exp(constant + (df - 1) * Math.log(s) - (s * s) / 2);
    sum += (i === 0 || i === intervals ? 1 : i % 2 ? 4 : 2) * density * g(s / root);
  }
  return (sum * step) / 3;
}

/**
 * Cumulative distribution of the noncentral t, T = (Z + ncp) / (S / √df) with S chi-distributed:
 * P(T ≤ t) = ∫ f_chi(s; df) Φ(t s / √df − ncp) ds.
 */
export function noncentralTCdf(t: number, df: number, ncp: number): number {
  return chiAverage(df, (s) => normalCdf(t * s - ncp, 0, 1));
}

/**
 * Power of a two-sided paired t-test with `n` pairs at standardised mean difference `dz`.
 * @param alpha level of the test
 */
export function pairedTPower(dz: number, n: number, alpha = 0.05): number {
  const critical = quantile(1 - alpha / 2, n - 1);
  const ncp = dz * Math.sqrt(n);
  return chiAverage(n - 1, (s) => normalCdf(ncp - critical * s, 0, 1) + normalCdf(-critical * s - ncp, 0, 1));
}

/**
 * Seeds that a two-sided paired t-test needs to find a difference of size `dz`.
 * @returns at least 2; null where more than 100 000 would be needed
 */
export function seedsForPower(dz: number, power = 0.8, alpha = 0.05): number | null {
  const enough = (n: number) => pairedTPower(dz, n, alpha) >= power;
  // Power grows with n, and the guess is off by a seed or two at most: walking there costs least.
  let n = guess(dz, power, alpha);
  while (!enough(n)) if (++n > MOST_SEEDS) return null;
  while (n > 2 && enough(n - 1)) n--;
  return n;
}

/** The normal approximation with its first correction (Guenther 1981), between 2 and the most there may be. */
function guess(dz: number, power: number, alpha: number): number {
  const z = (share: number) => quantile(share, MOST_SEEDS);
  const seeds = ((z(1 - alpha / 2) + z(power)) / dz) ** 2 + z(1 - alpha / 2) ** 2 / 2;
  return Math.min(MOST_SEEDS, Math.max(2, Math.round(seeds)));
}
