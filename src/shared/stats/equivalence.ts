/** Whether an effect is too small to matter: two one-sided tests, which alone support "no effect larger than". */
import cdf from '@stdlib/stats-base-dists-t-cdf';
import quantile from '@stdlib/stats-base-dists-t-quantile';
import { showValue, UserError } from '../errors.ts';
import { isShare, type MetricId } from '../metrics.ts';
import { amount, amountInterval } from './amount.ts';
import { pRelation, testText } from './finding.ts';
import type { Bounds } from './interval.ts';
import { divisionTest, signFlipTest } from './permutation.ts';
import { LEVEL, type Corrected, type Effect } from './verdict.ts';

/** The result of two one-sided t-tests against ± margin. */
export interface Equivalence {
  /** What is called too small to matter, in the metric's own unit; set by whoever asks. */
  margin: number;
  /** The larger of the two one-sided p; null where nothing can be tested. */
  p: number | null;
  /**
   * The larger mid-p of two one-sided permutation tests; null where the seeds are not at hand, or too few for it to fall
   * below 5 %.
   */
  p_permutation_mid: number | null;
  /** The 90 % interval, which lies within ± margin exactly where p < 0.05. */
  interval: Bounds;
}

/**
 * Two one-sided t-tests (Schuirmann 1987; `statsmodels.stats.weightstats.ttost_paired`, `ttost_ind(usevar='unequal')`):
 * p = max(P(T > (mean + margin) / se), P(T < (mean − margin) / se)).
 * @param margin above 0
 * @param values what it is a difference of; then permutation tests stand beside the t-tests
 */
export function equivalenceOf(
  { mean, standard_error: error, df }: Effect,
  margin: number,
  values?: ComparedValues,
): Equivalence {
  if (error === null || df === null)
    return { margin, p: null, p_permutation_mid: null, interval: { low: null, high: null } };
  const p_permutation_mid = values ? permutedEquivalence(values, margin) : null;
  const above = cdf(-(mean + margin) / error, df);
  const below = cdf((mean - margin) / error, df);
  const reach = quantile(1 - LEVEL, df) * error;
  return {
    ...{ margin, p: Math.max(above, below), p_permutation_mid },
    interval: { low: mean - reach, high: mean + reach },
  };
}

/** Values of two sides: pairs by their places, or seeds of each that are independent of the other's. */
export interface ComparedValues {
  paired: boolean;
  first: readonly number[];
  second: readonly number[];
}

/**
 * The permutation tests of the same two hypotheses: all values moved by the margin, and tested for lying above 0, or above
 * the other side. Exact where what is moved is symmetric, or both sides differ in nothing but their place.
 */
function permutedEquivalence({ paired, first, second }: ComparedValues, margin: number): number | null {
  const above = (one: readonly number[], other: readonly number[]) => {
    const moved = one.map((value) => value + margin);
    if (!paired) return divisionTest(moved, other, 1).mid;
    return signFlipTest(
      moved.map((value, i) => value - other[i]!),
      1,
    ).mid;
  };
  const [low, high] = [above(first, second), above(second, first)];
  return low === null || high === null ? null : Math.max(low, high);
}

/**
 * Whether no effect as large as the margin is left: t-tests and permutation tests agree, where there are enough seeds for
 * the latter, as for every claim (`verdictOf`).
 * @param p of the t-tests, or corrected for what is shown beside it
 */
function isEquivalent({ p_permutation_mid }: Equivalence, p: number | null): boolean {
  const confirmed = p_permutation_mid === null || p_permutation_mid < LEVEL;
  return p !== null && p < LEVEL && confirmed;
}

/**
 * What two one-sided tests support, in words: that an effect is smaller than the margin, or that this is not shown.
 * @param adjusted its p as one of those that are shown beside it, which decides
 */
export function equivalenceSentence(
  found: Equivalence,
  metric: MetricId,
  adjusted: Corrected = { p: found.p, family: 1 },
): string {
  const { margin, p, p_permutation_mid: permuted, interval } = found;
  const size = sizeText(margin, metric);
  if (p === null || adjusted.p === null) return `Whether it is smaller than ${size} cannot be tested.`;
  const numbers = `two one-sided tests, ${testText({ p }, adjusted)}, 90 % interval ${amountInterval(interval, metric)}`;
  if (isEquivalent(found, adjusted.p))
    return `No effect larger than ${size} in either direction (${numbers}).`;
  const refused = permuted !== null && permuted >= LEVEL && adjusted.p < LEVEL;
  const why = refused ? ` The permutation tests do not confirm it (p ${pRelation(permuted)}).` : '';
  return `An effect larger than ${size} is not ruled out (${numbers}).${why}`;
}

/** `2.0 points`, `0.01`: a size without a sign, with all the digits it was given with: 0.04 points are not 0.0. */
export function sizeText(size: number, metric: MetricId): string {
  const [short, whole] = [amount(size, metric), writtenSize(size, metric)];
  return withPoints(Number(short) === Number(whole) ? short : whole, metric);
}

/** A size that nobody gave but that was measured: rounded as every other. */
export function measuredSizeText(size: number, metric: MetricId): string {
  return withPoints(amount(size, metric), metric);
}

const withPoints = (text: string, metric: MetricId) => `${text}${isShare(metric) ? ' points' : ''}`;

/** A size as `sizeOf` reads it, for example `2` of 0.02 of a share. */
export function writtenSize(size: number, metric: MetricId): string {
  return String(Number((isShare(metric) ? 100 * size : size).toPrecision(12)));
}

/**
 * A margin or an effect as it is written: points of a share, the metric's own unit otherwise.
 * @returns the same in the metric's unit, above 0
 * @throws UserError `stats.size`
 */
export function sizeOf(text: string, field: string, metric: MetricId): number {
  const value = Number(text);
  const most = isShare(metric) ? 100 : Infinity;
  if (/^\d*\.?\d+(e-?\d+)?$/i.test(text.trim()) && value > 0 && value <= most)
    return isShare(metric) ? value / 100 : value;
  throw new UserError(
    'stats.size',
    `${field}: ${showValue(text)} is no size of an effect; give a number above 0${isShare(metric) ? ' in points, at most 100, for example 2' : ', for example 0.01'}`,
  );
}
