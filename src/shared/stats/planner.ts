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
import {
  MOST_SIMULATED,
  SAMPLES,
  simulatedPower,
  simulationError,
  type SimulatedTest,
} from './simulated-power.ts';
import { PLANNED_TEST_NAMES, type PlannedTest } from './planned-tests.ts';
import type { Effect } from './verdict.ts';

/** Share of repetitions in which what is there is found. */
export const WANTED_POWER = 0.8;
/** More than anyone trains. */
const MOST_SEEDS = 1000;
/** The curve shows no fewer seeds, and is drawn through so many points at most. */
const LEAST_SHOWN = 12;
const MOST_POINTS = 60;
/** The same where each takes a simulation. */
const MOST_SIMULATED_POINTS = 10;

/** What is to be decided: that there is an effect of a size, or that there is none as large as that. */
type Goal = 'difference' | 'equivalence';

/** A number with what it might be as far as the spread over seeds is known: 95 % interval. */
interface Uncertain<T> {
  value: T;
  low: T;
  high: T;
}

/** What a simulation leaves uncertain, whatever the spread is: 95 % intervals. */
interface Simulated {
  samples: number;
  /** Half the interval of a power of 80 %. */
  error: number;
  /** Seeds needed where 80 % are at either end of it. */
  needed: { low: number | null; high: number | null };
}

/** Power against the number of seeds. */
export interface SeedsPlan {
  goal: Goal;
  /** Equivalence is shown by two one-sided t-tests, whatever is planned for the difference. */
  test: PlannedTest;
  /** How sure a simulated power is; null where it is worked out. */
  simulated: Simulated | null;
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
export function planForDifference(effect: Effect, size?: number, test: PlannedTest = 't'): SeedsPlan | null {
  const as_seen = size === undefined;
  return planFor(effect, { goal: 'difference', test, size: size ?? Math.abs(effect.mean), as_seen });
}

/**
 * Seeds that show that no effect is larger than a margin, where there is none.
 * @param margin above 0
 * @returns null where there is no spread yet
 */
export function planForEquivalence(effect: Effect, margin: number): SeedsPlan | null {
  return planFor(effect, { goal: 'equivalence', test: 't', size: margin, as_seen: false });
}

type Asked = Pick<SeedsPlan, 'goal' | 'test' | 'size' | 'as_seen'>;

function planFor(effect: Effect, asked: Asked): SeedsPlan | null {
  if (effect.df === null || !(asked.size > 0)) return null;
  const per_side = !('n' in effect);
  const n = per_side ? Math.min(effect.n_first, effect.n_second) : effect.n;
  const spread = spreadInterval(perSeed(effect).sd, effect.df);
  const power = powerOf(effect, asked);
  const needed = uncertain((sd) => seedsFor((seeds) => power(seeds, sd)), spread);
  const points = asked.test === 't' ? MOST_POINTS : MOST_SIMULATED_POINTS;
  const curve = shownSeeds(n, needed, points).map((seeds) => ({
    n: seeds,
    ...turned(uncertain((sd) => power(seeds, sd), spread)),
  }));
  const simulated = asked.test === 't' ? null : simulationOf((seeds) => power(seeds, spread.value));
  return { ...asked, simulated, n, per_side, spread, needed, curve };
}

/** Power at a number of seeds and a spread; what was simulated is kept. */
function powerOf(effect: Effect, { goal, test, size }: Asked): (seeds: number, sd: number) => number {
  const each = perSeed(effect);
  const byT = (seeds: number, sd: number) =>
    powerAt(goal, (size / sd) * Math.sqrt(seeds), each.df * (seeds - 1));
  if (test === 't') return byT;
  const known = new Map<string, number>();
  return (seeds, sd) => {
    if (seeds > MOST_SIMULATED) return byT(seeds, sd);
    const key = `${seeds} ${sd}`;
    const found = known.get(key) ?? simulatedAt(effect, test, { size, wider: sd / each.sd }, seeds);
    known.set(key, found);
    return found;
  };
}

/** @param wider how much larger the spread is than the one seen */
function simulatedAt(
  effect: Effect,
  test: SimulatedTest,
  { size, wider }: { size: number; wider: number },
  seeds: number,
): number {
  const seen =
    'n' in effect ? ([perSeed(effect).sd] as const) : ([effect.sd_first, effect.sd_second] as const);
  const sds = seen.map((sd) => sd * wider) as unknown as typeof seen;
  return simulatedPower(test, { size, sds }, seeds);
}

function simulationOf(power: (seeds: number) => number): Simulated {
  const error = simulationError(WANTED_POWER);
  const off = (by: number) => seedsFor((seeds) => power(seeds) + (seeds <= MOST_SIMULATED ? by : 0));
  return {
    ...{ samples: SAMPLES, error },
    needed: { low: off(error), high: off(-error) },
  };
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
function shownSeeds(n: number, needed: Uncertain<number | null>, points: number): number[] {
  const most = Math.min(MOST_SEEDS, Math.max(LEAST_SHOWN, n + 5, Math.ceil(1.5 * (needed.value ?? 2 * n))));
  const step = Math.ceil((most - 1) / points);
  const all = Array.from({ length: Math.ceil((most - 1) / step) }, (_, i) => 2 + i * step);
  return [...new Set([...all, n, most, needed.value ?? n].filter((seeds) => seeds >= 2))].sort(
    (a, b) => a - b,
  );
}

/** Shown beside every plan. The rates: docs/statistics.md, "Seeds added later". */
export const PEEKING =
  'Fix the number before more are trained, or register it: looks at 5, 10, 15 and 20 seeds, ending at the first p below 0.05, find an effect that is not there in 13 % instead of 5 %.';

/** A plan in words. */
export function planSentence(plan: SeedsPlan, metric: MetricId): string {
  const { goal, test, size, as_seen, n, needed, per_side, simulated } = plan;
  const what =
    goal === 'difference'
      ? `To show an effect of ${sizeText(size, metric)}${as_seen ? ', as large as the one seen,' : ''}`
      : `To show that no effect is larger than ${sizeText(size, metric)}, where there is none,`;
  const side = per_side ? ' on each side' : '';
  const sentence = `${what} with 80 % power${test === 't' ? '' : ` by ${PLANNED_TEST_NAMES[test]}`} takes ${seedsText(needed.value)}${side}${moreText(needed.value, n)}.${simulated ? ` ${simulationText(simulated)}` : ''} The spread over the ${seedCount(n)} so far leaves ${rangeText(needed)} possible (95 % interval).`;
  return withNotes(sentence, fewSeedsNote(n));
}

function simulationText({ samples, error, needed: { low, high } }: Simulated): string {
  const open = low === high ? 'which leaves that as it is' : `so it may be ${rangeText({ low, high })}`;
  return `Simulated, ${samples} experiments for each number up to ${MOST_SIMULATED} seeds (beyond, the power of the t-test): there a power of 80 % is known to ± ${(100 * error).toFixed(1)} points, ${open}.`;
}

const seedsText = (seeds: number | null) =>
  seeds === null ? `more than ${MOST_SEEDS} seeds` : seedCount(seeds);

function moreText(needed: number | null, n: number): string {
  if (needed === null) return '';
  return needed <= n ? `, and there are ${n}` : `, ${needed - n} more than there are`;
}

function rangeText({ low, high }: Pick<Uncertain<number | null>, 'low' | 'high'>): string {
  if (low === null) return seedsText(null);
  if (high === null) return `${low} to more than ${seedsText(MOST_SEEDS)}`;
  return low === high ? seedsText(low) : `${low} to ${seedsText(high)}`;
}
