/** How large a difference is in standard deviations over seeds, with the interval of the noncentral t. */
import gammaln from '@stdlib/math-base-special-gammaln';
import { decimals } from '../decimals.ts';
import { difference, mean, sd } from './describe.ts';
import type { Bounds } from './interval.ts';
import { noncentralityInterval } from './power.ts';

/** A standardised mean difference. */
export interface EffectSize extends Bounds {
  /** Hedges' g: corrected for the bias that few seeds bring. */
  g: number;
  /** The ends are of δ itself, which needs no correction: noncentrality over the root that made t of d. */
  low: number;
  high: number;
}

/**
 * Of paired differences: g = J(n − 1) · mean / sd, δ the mean difference over the standard deviation of differences
 * (Hedges 1981; Cumming and Finch 2001).
 * @returns null for fewer than three seeds, and for differences that do not vary
 */
export function pairedEffectSize(first: readonly number[], second: readonly number[]): EffectSize | null {
  const differences = first.map((value, i) => difference(value, second[i]));
  const spread = sd(differences);
  if (spread === 0) return null;
  return effectSize(mean(differences) / spread, Math.sqrt(differences.length), differences.length - 1);
}

/**
 * Of two groups: g = J(n₁ + n₂ − 2) · (mean₁ − mean₂) / pooled sd. Unlike Welch's test beside it, it takes the groups
 * to vary alike.
 * @returns null where a group has one value or neither varies
 */
export function unpairedEffectSize(first: readonly number[], second: readonly number[]): EffectSize | null {
  const [n, m] = [first.length, second.length];
  if (n < 2 || m < 2) return null;
  const pooled = Math.sqrt(((n - 1) * sd(first) ** 2 + (m - 1) * sd(second) ** 2) / (n + m - 2));
  if (pooled === 0) return null;
  const d = difference(mean(first), mean(second)) / pooled;
  return effectSize(d, Math.sqrt((n * m) / (n + m)), n + m - 2);
}

/** @param root what d is multiplied by to become t */
function effectSize(d: number, root: number, df: number): EffectSize | null {
  // With one degree of freedom d has no mean to correct.
  if (df < 2) return null;
  const { low, high } = noncentralityInterval(d * root, df);
  return { g: correction(df) * d, low: low / root, high: high / root };
}

/** J(df) = Γ(df/2) / (√(df/2) Γ((df − 1)/2)) */
function correction(df: number): number {
  return Math.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / Math.sqrt(df / 2);
}

/** `Hedges’ g = 1.24 (95 % interval 0.61 to 1.85)`, with a true minus sign. */
export function effectSizeText({ g, low, high }: EffectSize): string {
  const two = (value: number) => decimals(value, 2);
  return `Hedges’ g = ${two(g)} (95 % interval ${two(low)} to ${two(high)})`;
}
