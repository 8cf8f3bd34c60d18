/**
 * Differences between conditions over seeds: paired where both were measured in the same runs, Welch's
 * where they were not. Nothing here returns NaN: what cannot be computed (one seed, no variance) is null.
 */
import cdf from '@stdlib/stats-base-dists-t-cdf';
import { randomStream } from '../random.ts';
import { bootstrapIndices, bootstrapInterval, mean, resampledMeans, sd, type Interval } from './describe.ts';
import { seedsForPower } from './power.ts';
import { percentileInterval } from './resamples.ts';

/** Test of a mean difference; `p` is two-sided, `p_one_sided` against "greater". */
export interface TestResult {
  t: number | null;
  df: number | null;
  p: number | null;
  p_one_sided: number | null;
}

/** A paired difference over seeds: first minus second. */
export interface PairedEffect extends Interval, TestResult {
  /** Two-sided sign-flip permutation test: exact up to 16 seeds, 10 000 random flips above. */
  p_permutation: number | null;
  /** Cohen's d_z: mean difference over its standard deviation. */
  dz: number | null;
  /** Share of pairs (first, second) over all seeds in which the first is larger, ties counting half. */
  probability_of_improvement: number;
  /** Seeds that a two-sided paired t-test at 5 % needs for 80 % power at this d_z. */
  seeds_needed: number | null;
}

/** An unpaired difference of means. */
export interface UnpairedEffect extends Omit<Interval, 'n'>, TestResult {
  n_first: number;
  n_second: number;
  probability_of_improvement: number;
}

const UNTESTABLE: TestResult = { t: null, df: null, p: null, p_one_sided: null };

/** Up to this many seeds all 2^n sign flips are tried. */
const EXACT_UP_TO = 16;
const RANDOM_FLIPS = 10_000;

/**
 * Effect of `first` over `second`, paired by position (one pair per seed).
 * @returns null for no pairs
 */
export function pairedEffect(first: readonly number[], second: readonly number[]): PairedEffect | null {
  if (first.length !== second.length) throw new RangeError('paired values differ in number');
  const differences = first.map((value, i) => value - second[i]);
  const interval = bootstrapInterval(differences);
  if (!interval) return null;
  const spread = spreadOf(differences);
  const dz = spread === 0 ? null : interval.mean / spread;
  return {
    ...interval,
    ...(dz === null ? UNTESTABLE : testResult(dz * Math.sqrt(interval.n), interval.n - 1)),
    p_permutation: dz === null ? null : signFlipTest(differences),
    dz,
    probability_of_improvement: probabilityOfImprovement(first, second),
    seeds_needed: dz === null ? null : seedsForPower(dz),
  };
}

/**
 * Effect of `first` over `second` measured on different runs: Welch's t-test (unequal variances,
 * Welch–Satterthwaite degrees of freedom) and a bootstrap that resamples each group on its own.
 * @returns null where a group is empty
 */
export function unpairedEffect(first: readonly number[], second: readonly number[]): UnpairedEffect | null {
  if (first.length === 0 || second.length === 0) return null;
  const difference = mean(first) - mean(second);
  return {
    mean: difference,
    ...unpairedInterval(first, second),
    ...welch(first, second),
    n_first: first.length,
    n_second: second.length,
    probability_of_improvement: probabilityOfImprovement(first, second),
  };
}

function unpairedInterval(first: readonly number[], second: readonly number[]) {
  // Every resample of one value is that value.
  if (first.length === 1 && second.length === 1)
    return { low: first[0] - second[0], high: first[0] - second[0] };
  const means = resampledMeans(first, bootstrapIndices(first.length, 'first'));
  const others = resampledMeans(second, bootstrapIndices(second.length, 'second'));
  return percentileInterval(means.map((value, i) => value - others[i]));
}

/** Welch's t-test; untestable where a group has one value or neither varies. */
export function welch(first: readonly number[], second: readonly number[]): TestResult {
  if (first.length < 2 || second.length < 2) return UNTESTABLE;
  const a = spreadOf(first) ** 2 / first.length;
  const b = spreadOf(second) ** 2 / second.length;
  if (a + b === 0) return UNTESTABLE;
  const df = (a + b) ** 2 / (a ** 2 / (first.length - 1) + b ** 2 / (second.length - 1));
  return testResult((mean(first) - mean(second)) / Math.sqrt(a + b), df);
}

function testResult(t: number, df: number): TestResult {
  return { t, df, p: Math.min(1, 2 * cdf(-Math.abs(t), df)), p_one_sided: cdf(-t, df) };
}

/** Standard deviation; 0 where the values differ by rounding errors only. */
function spreadOf(values: readonly number[]): number {
  const spread = sd(values);
  const scale = Math.max(...values.map(Math.abs));
  return spread <= 1e-12 * scale ? 0 : spread;
}

/**
 * Two-sided permutation test of a zero mean by flipping signs; exact for up to 16 values, else
 * (1 + hits) / (1 + flips) over random flips, which never gives 0.
 */
export function signFlipTest(differences: readonly number[]): number {
  const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0)) * (1 - 1e-12);
  if (differences.length > EXACT_UP_TO) return randomSignFlipTest(differences, observed);
  const flips = 2 ** differences.length;
  let hits = 0;
  for (let signs = 0; signs < flips; signs++) {
    const sum = differences.reduce((total, value, i) => total + ((signs >> i) & 1 ? -value : value), 0);
    if (Math.abs(sum) >= observed) hits++;
  }
  return hits / flips;
}

function randomSignFlipTest(differences: readonly number[], observed: number): number {
  const random = randomStream(0, 'sign-flip', differences.length);
  let hits = 0;
  for (let flip = 0; flip < RANDOM_FLIPS; flip++) {
    const sum = differences.reduce((total, value) => total + (random.int(2) ? -value : value), 0);
    if (Math.abs(sum) >= observed) hits++;
  }
  return (1 + hits) / (1 + RANDOM_FLIPS);
}

/** Probability that a value of `first` exceeds one of `second` (Mann–Whitney, as in rliable). */
function probabilityOfImprovement(first: readonly number[], second: readonly number[]): number {
  let wins = 0;
  for (const a of first) for (const b of second) wins += a > b ? 1 : a === b ? 0.5 : 0;
  return wins / (first.length * second.length);
}

/**
 * Holm's step-down correction over a family of p-values.
 * @returns adjusted p-values in the same order; nulls (untestable) stay null and do not count
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const adjusted: (number | null)[] = pValues.map(() => null);
  const order = pValues
    .map((p, index) => ({ p, index }))
    .filter((entry): entry is { p: number; index: number } => entry.p !== null)
    .sort((a, b) => a.p - b.p);
  let highest = 0;
  order.forEach(({ p, index }, rank) => {
    highest = Math.max(highest, Math.min(1, p * (order.length - rank)));
    adjusted[index] = highest;
  });
  return adjusted;
}
