/**
 * How many more seeds until something is decided: power against the number of seeds, from the spread seen so far and
 * with the uncertainty of that spread (docs/statistics.md).
 */
import chiSquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import type { MetricId } from '../metrics.ts';
import { sizeText } from './equivalence.ts';
import { withNotes } from './finding.ts';
import { fewSeedsNote, seedCount } from './few-seeds.ts';
import { equivalencePower, tTestPower } from './power.ts';
import type { Effect } from './verdict.ts';

/** Share of repetitions in which what is there is found. */
export const WANTED_POWER = 0.8;
/** More than anyone trains. */
const MOST_SEEDS = 1000;
/** The curve shows no fewer seeds, and is drawn through so many points at most. */
const LEAST_SHOWN = 12;
const MOST_POINTS = 60;

/** What is to be decided: that there is an effect of a size, or that there is none as large as that. */
type Goal = 'difference' | 'equivalence';

/** A number with what it might be as far as the spread over seeds is known: 95 % interval. */
interface Uncertain<T> {
  value: T;
  low: T;
  high: T;
}

/** Power against the number of seeds. */
export interface SeedsPlan {
  goal: Goal;
  /** The effect to find, or the margin; in the metric's unit, above 0. */
  size: number;
  /** Whether the size is the one seen so far, which is likely to be too large where it was chosen for being seen. */
  as_seen: boolean;
  /** Seeds so far; of the smaller side where they are not paired. */
  n: number;
  /** Whether `n` counts seeds of each of two experiments. */
  per_side: boolean;
  /** Standard deviation that one seed contributes. */
  spread: Uncertain<number>;
  /** Seeds for 80 % power, no fewer than two; null is more than 1000. `low` goes with the smallest spread. */
  needed: Uncertain<number | null>;
  curve: ({ n: number } & Uncertain<number>)[];
}

/**
 * Seeds that show an effect.
 * @param size the one to find, above 0; as large as seen where it is left out
 * @returns null where nothing can be planned: no spread yet, or no effect to plan for
 */
export function planForDifference(effect: Effect, size?: number): SeedsPlan | null {
  return planFor('difference', effect, size ?? Math.abs(effect.mean), size === undefined);
}

/**
 * Seeds that show that no effect is larger than a margin, where there is none.
 * @param margin above 0
 * @returns null where there is no spread yet
 */
export function planForEquivalence(effect: Effect, margin: number): SeedsPlan | null {
  return planFor('equivalence', effect, margin, false);
}

function planFor(goal: Goal, effect: Effect, size: number, as_seen: boolean): SeedsPlan | null {
  if (effect.df === null || !(size > 0)) return null;
  const each = perSeed(effect);
  const per_side = !('n' in effect);
  const n = per_side ? Math.min(effect.n_first, effect.n_second) : effect.n;
  const spread = spreadInterval(each.sd, effect.df);
  const power = (seeds: number, sd: number) =>
    powerAt(goal, (size / sd) * Math.sqrt(seeds), each.df * (seeds - 1));
  const needed = uncertain((sd) => seedsFor((seeds) => power(seeds, sd)), spread);
  const curve = shownSeeds(n, needed).map((seeds) => ({
    n: seeds,
    ...turned(uncertain((sd) => power(seeds, sd), spread)),
  }));
  return { goal, size, as_seen, n, per_side, spread, needed, curve };
}

/**
 * What a pair, or a seed of each side, adds: standard deviation, and degrees of freedom (between 1 and 2 where sides
 * of one size are not paired: Welch–Satterthwaite).
 */
function perSeed(effect: Effect): { sd: number; df: number } {
  if ('n' in effect) return { sd: effect.standard_error! * Math.sqrt(effect.n), df: 1 };
  const [a, b] = [effect.sd_first ** 2, effect.sd_second ** 2];
  return { sd: Math.sqrt(a + b), df: (a + b) ** 2 / (a ** 2 + b ** 2) };
}

/** s · √(df / χ²): the 95 % interval of a standard deviation. */
function spreadInterval(sd: number, df: number): Uncertain<number> {
  const at = (share: number) => sd * Math.sqrt(df / chiSquareQuantile(share, df));
  return { value: sd, low: at(0.975), high: at(0.025) };
}

function powerAt(goal: Goal, ncp: number, df: number): number {
  return goal === 'difference' ? tTestPower(ncp, df) : equivalencePower(ncp, df);
}

function uncertain<T>(of: (sd: number) => T, { value, low, high }: Uncertain<number>): Uncertain<T> {
  return { value: of(value), low: of(low), high: of(high) };
}

/** A small spread means much power. */
function turned({ value, low, high }: Uncertain<number>): Uncertain<number> {
  return { value, low: high, high: low };
}

/** The fewest seeds with 80 % power, which grows with them: by doubling, then by halving. */
function seedsFor(power: (seeds: number) => number): number | null {
  let most = 2;
  while (power(most) < WANTED_POWER) {
    if (most >= MOST_SEEDS) return null;
    most = Math.min(MOST_SEEDS, most * 2);
  }
  let least = Math.max(1, Math.floor(most / 2));
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (power(middle) >= WANTED_POWER) most = middle;
    else least = middle;
  }
  return most;
}

/** From two seeds on to somewhat beyond what is needed, or what there is. */
function shownSeeds(n: number, needed: Uncertain<number | null>): number[] {
  const most = Math.min(MOST_SEEDS, Math.max(LEAST_SHOWN, n + 5, Math.ceil(1.5 * (needed.value ?? 2 * n))));
  const step = Math.ceil((most - 1) / MOST_POINTS);
  const all = Array.from({ length: Math.ceil((most - 1) / step) }, (_, i) => 2 + i * step);
  return [...new Set([...all, n, most].filter((seeds) => seeds >= 2))].sort((a, b) => a - b);
}

/** Shown beside every plan. The rates: docs/statistics.md, "Seeds added later". */
export const PEEKING =
  'Fix the number before more are trained, or register it: looks at 5, 10, 15 and 20 seeds, ending at the first p below 0.05, find an effect that is not there in 13 % instead of 5 %.';

/** A plan in words. */
export function planSentence(plan: SeedsPlan, metric: MetricId): string {
  const { goal, size, as_seen, n, needed, per_side } = plan;
  const what =
    goal === 'difference'
      ? `To show an effect of ${sizeText(size, metric)}${as_seen ? ', as large as the one seen,' : ''}`
      : `To show that no effect is larger than ${sizeText(size, metric)}, where there is none,`;
  const side = per_side ? ' on each side' : '';
  const sentence = `${what} with 80 % power takes ${seedsText(needed.value)}${side}${moreText(needed.value, n)}. The spread over the ${seedCount(n)} so far leaves ${rangeText(needed)} possible (95 % interval).`;
  return withNotes(sentence, fewSeedsNote(n));
}

const seedsText = (seeds: number | null) =>
  seeds === null ? `more than ${MOST_SEEDS} seeds` : seedCount(seeds);

function moreText(needed: number | null, n: number): string {
  if (needed === null) return '';
  return needed <= n ? `, and there are ${n}` : `, ${needed - n} more than there are`;
}

function rangeText({ low, high }: Uncertain<number | null>): string {
  if (low === null) return seedsText(null);
  if (high === null) return `${low} to more than ${seedsText(MOST_SEEDS)}`;
  return low === high ? seedsText(low) : `${low} to ${seedsText(high)}`;
}
