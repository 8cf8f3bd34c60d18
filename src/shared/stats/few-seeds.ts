/** How many seeds are few, and what is said then: without the statistics themselves, which a list does not need. */

/** Below this many seeds intervals and tests are a first impression, and a spread says nothing about power. */
export const FEW_SEEDS = 5;

/** `1 seed`, `6 seeds`. */
export function seedCount(n: number): string {
  return n === 1 ? '1 seed' : `${n} seeds`;
}

/** What a number of seeds needs where they had several runs each: `, each the mean of its stage-2 runs (25 in all)`. */
export function overRuns({ n, runs }: { n: number; runs: number }): string {
  return runs === n ? '' : `, each the mean of its stage-2 runs (${runs} in all)`;
}

/**
 * What stands wherever an interval or a p does that is over few seeds.
 * @param counts seeds of each thing shown; one seed has neither
 * @returns null where all have enough
 */
export function fewSeedsNote(...counts: readonly number[]): string | null {
  const few = counts.filter((n) => n > 1 && n < FEW_SEEDS);
  if (few.length === 0) return null;
  const [least, most] = [Math.min(...few), Math.max(...few)];
  const which = least === most ? `Only ${seedCount(least)}` : `Only ${least} to ${most} seeds`;
  return `${which}: a first impression. Run at least ${FEW_SEEDS}.`;
}
