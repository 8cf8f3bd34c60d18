/**
 * When a difference counts as shown: the rule behind every sentence that claims one (docs/statistics.md).
 */
import type { PairedEffect, UnpairedEffect } from './significance.ts';

export type Effect = PairedEffect | UnpairedEffect;

/**
 * `more` or `less`: shown. `unclear`: the t-test alone would claim it, and correction or permutation test do not
 * confirm it. `none`: no sign of it. `untested`: one seed, or no variance.
 */
export type Verdict = 'more' | 'less' | 'unclear' | 'none' | 'untested';

/** A p-value as one of several that are shown together. */
export interface Corrected {
  p: number | null;
  /** How many it was corrected for (Holm); 1 for a comparison that stands alone. */
  family: number;
}

/** Level of every claim. */
export const LEVEL = 0.05;

/**
 * A difference is claimed where two methods agree: the t-test (whose p, corrected, is below 5 %; its interval leaves
 * out 0) and the permutation test (whose mid-p is below 5 %). With so few seeds that no permutation test can fall
 * below 5 % (fewer than six pairs) the t-test decides.
 * @param p the p-value that decides: the test's own, or corrected for what is shown beside it
 */
export function verdictOf(effect: Effect, p: number | null = effect.p): Verdict {
  if (effect.p === null || p === null) return 'untested';
  if (effect.p >= LEVEL) return 'none';
  const confirmed = effect.p_permutation_mid === null || effect.p_permutation_mid < LEVEL;
  if (p >= LEVEL || !confirmed) return 'unclear';
  return effect.mean > 0 ? 'more' : 'less';
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

/** Holm's correction over everything that is shown together. */
export function corrected(effects: readonly { p: number | null }[]): Corrected[] {
  const adjusted = holm(effects.map(({ p }) => p));
  const family = adjusted.filter((p) => p !== null).length;
  return adjusted.map((p) => ({ p, family }));
}
