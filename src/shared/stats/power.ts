/**
 * The noncentral t distribution and what follows from it: power of t-tests, of equivalence tests, intervals of effect
 * sizes. No library of the registry has it with non-integer degrees of freedom in the digits that are needed.
 */
import logpdf from '@stdlib/stats-base-dists-chi-logpdf';
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import quantile from '@stdlib/stats-base-dists-t-quantile';

/** More seeds than anyone trains. */
const MOST_SEEDS = 100_000;

/** Simpson intervals: six digits for two or three seeds, where the integrand is narrowest; more above with fewer. */
const INTERVALS = { few: 1000, many: 200 };
const MANY_FROM = 3;

/** How far from √df the chi distribution is looked at: all but 1e-16 of it lies nearer. */
const REACH = 9;

/** Intervals over which a normal distribution function changes by its standard deviation. */
const PER_SLOPE = 8;

/**
 * ∫ f_chi(s; df) g(s / √df) ds by Simpson's rule over all but 1e-16 of the chi distribution.
 * @param slope how fast the argument of a normal distribution function in `g` changes with `scaled`
 * @param most `scaled` above which `g` is 0
 */
function chiAverage(df: number, slope: number, g: (scaled: number) => number, most = Infinity): number {
  const root = Math.sqrt(df);
  const from = Math.max(0, root - REACH);
  const to = Math.min(root + REACH, most * root);
  if (to <= from) return 0;
  const fine = Math.ceil((PER_SLOPE * (to - from) * Math.abs(slope)) / root / 2) * 2;
  const { scaled, weights } = chiGrid(
    df,
    to,
    Math.max(fine, df >= MANY_FROM ? INTERVALS.many : INTERVALS.few),
  );
  let sum = 0;
  for (let i = 0; i < scaled.length; i++) sum += weights[i]! * g(scaled[i]!);
  return sum;
}

/** Where a chi distribution is looked at, divided by √df, and what counts of it there. */
interface ChiGrid {
  scaled: Float64Array;
  weights: Float64Array;
}

let lastGrid: { key: string; grid: ChiGrid } | null = null;

/** Kept until another one is needed: an interval asks for dozens of averages over the same grid. */
function chiGrid(df: number, to: number, intervals: number): ChiGrid {
  const key = `${df} ${to} ${intervals}`;
  if (lastGrid?.key !== key) lastGrid = { key, grid: makeChiGrid(df, to, intervals) };
  return lastGrid.grid;
}

function makeChiGrid(df: number, to: number, intervals: number): ChiGrid {
  const root = Math.sqrt(df);
  const from = Math.max(0, root - REACH);
  const step = (to - from) / intervals;
  // The library's log-density without what does not depend on s.
  const constant = logpdf(1, df) + 0.5;
  const grid = { scaled: new Float64Array(intervals + 1), weights: new Float64Array(intervals + 1) };
  for (let i = 0; i <= intervals; i++) {
    // The density at 0 is a limit.
    const s = Math.max(from + i * step, 1e-12);
    const density = Math.exp(constant + (df - 1) * Math.log(s) - (s * s) / 2);
    grid.scaled[i] = s / root;
    grid.weights[i] = ((i === 0 || i === intervals ? 1 : i % 2 ? 4 : 2) * density * step) / 3;
  }
  return grid;
}

/**
 * Cumulative distribution of the noncentral t, T = (Z + ncp) / (S / √df) with S chi-distributed:
 * P(T ≤ t) = ∫ f_chi(s; df) Φ(t s / √df − ncp) ds.
 */
export function noncentralTCdf(t: number, df: number, ncp: number): number {
  return chiAverage(df, t, (s) => normalCdf(t * s - ncp, 0, 1));
}

/**
 * Power of a two-sided paired t-test with `n` pairs at standardised mean difference `dz`.
 * @param alpha level of the test
 */
export function pairedTPower(dz: number, n: number, alpha = 0.05): number {
  return tTestPower(dz * Math.sqrt(n), n - 1, alpha);
}

/**
 * Power of a two-sided t-test: P(|T| > t₁₋α/₂) for a noncentral T.
 * @param ncp true difference over its standard error
 */
export function tTestPower(ncp: number, df: number, alpha = 0.05): number {
  const critical = quantile(1 - alpha / 2, df);
  return chiAverage(
    df,
    critical,
    (s) => normalCdf(ncp - critical * s, 0, 1) + normalCdf(-critical * s - ncp, 0, 1),
  );
}

/**
 * Power of two one-sided t-tests (Schuirmann 1987) where there is no difference at all: the share of samples whose
 * 1 − 2α interval lies within ± margin, by integrating over the standard deviation (Phillips 1990).
 * @param reach the margin over the standard error of the difference
 * @param alpha level of each of the two
 */
export function equivalencePower(reach: number, df: number, alpha = 0.05): number {
  const critical = quantile(1 - alpha, df);
  return chiAverage(df, critical, (s) => 2 * normalCdf(reach - critical * s, 0, 1) - 1, reach / critical);
}

/** How near to its share a probability has to come. */
const CLOSE = 1e-9;
const MOST_STEPS = 100;

/**
 * The 95 % interval of a noncentrality parameter: those under which `t` lies between the 2.5 and the 97.5 % quantile
 * (Steiger and Fouladi 1997).
 */
export function noncentralityInterval(t: number, df: number): { low: number; high: number } {
  const key = `${t} ${df}`;
  const known = intervals.get(key) ?? intervalOf(t, df);
  if (intervals.size >= MOST_KEPT) intervals.clear();
  intervals.set(key, known);
  return known;
}

/** A comparison is asked for again and again, a millisecond for each interval. */
const intervals = new Map<string, { low: number; high: number }>();
const MOST_KEPT = 10_000;

function intervalOf(t: number, df: number): { low: number; high: number } {
  const step = 4 * Math.sqrt(1 + (t * t) / (2 * df));
  return { low: noncentralityAt(0.975, t, df, step), high: noncentralityAt(0.025, t, df, step) };
}

/**
 * The noncentrality under which P(T ≤ t) is `share`, which falls as it grows: false position, in its Illinois form
 * (Dowell and Jarratt 1971), which needs a third of the steps of halving.
 */
function noncentralityAt(share: number, t: number, df: number, step: number): number {
  const beyond = (ncp: number) => noncentralTCdf(t, df, ncp) - share;
  let [low, high] = [t - step, t + step];
  for (let wide = step; beyond(low) <= 0; wide *= 2) low -= wide;
  for (let wide = step; beyond(high) >= 0; wide *= 2) high += wide;
  let [above, below] = [beyond(low), beyond(high)];
  let middle = low;
  for (let steps = 0, side = 0; steps < MOST_STEPS; steps++) {
    middle = (low * below - high * above) / (below - above);
    const found = beyond(middle);
    if (Math.abs(found) < CLOSE) break;
    if (found > 0) {
      [low, above] = [middle, found];
      if (side === 1) below /= 2;
      side = 1;
    } else {
      [high, below] = [middle, found];
      if (side === -1) above /= 2;
      side = -1;
    }
  }
  return middle;
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
