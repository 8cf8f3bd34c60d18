/**
 * How many more seeds until something is decided: power against the number of seeds, from the spread seen so far and
 * with the uncertainty of that spread (docs/statistics.md).
 */
import chiSquareQuantile from '@stdlib/stats-base-dists-chisquare-quantile';
import { fewestPermuted } from './permutation.ts';
import type { PlannedTest } from './planned-tests.ts';
import { equivalencePower, tTestPower } from './power.ts';
import {
  MOST_SIMULATED,
  SAMPLES,
  simulatedPower,
  simulationError,
  type Goal,
  type Member,
} from './simulated-power.ts';
import { membersOf, type Seen } from './varying-together.ts';
import type { Effect } from './verdict.ts';

/** Share of repetitions in which what is there is found. */
export const WANTED_POWER = 0.8;
/** More than anyone trains. */
export const MOST_SEEDS = 1000;
/** The curve shows no fewer seeds, and is drawn through so many points at most. */
const LEAST_SHOWN = 12;
const MOST_POINTS = 60;
/** The same where each takes a simulation. */
const MOST_SIMULATED_POINTS = 10;

/** A number with what it might be as far as the spread over seeds is known: 95 % interval. */
export interface Uncertain<T> {
  value: T;
  low: T;
  high: T;
}

/** What a simulation leaves uncertain, whatever the spread is: 95 % intervals. */
export interface SimulatedPlan {
  samples: number;
  /** Half the interval of a power of 80 %. */
  error: number;
  /** Seeds needed where 80 % are at either end of it. */
  needed: { low: number | null; high: number | null };
}

/** Where the t-test decides alone. */
export interface TestedAlone {
  /** Whether it is pairs that are counted, or seeds on each side. */
  paired: boolean;
  /** Fewer than so many. */
  below: number;
}

/** Power against the number of seeds. */
export interface SeedsPlan {
  goal: Goal;
  test: PlannedTest;
  /** Of `both`: where no permutation test can be below 5 %, so that it is the t-test alone; empty for other tests. */
  t_alone: TestedAlone[];
  /** How many differences are to be decided at once, corrected for one another (Holm); 1 for one by itself. */
  family: number;
  /** How sure a simulated power is; null where it is worked out. */
  simulated: SimulatedPlan | null;
  /** The effect to find, or the margin; in the metric's unit, above 0. Null where each of a family is as large as seen. */
  size: number | null;
  /** Whether the size is the one seen so far, which is likely to be too large where it was chosen for being seen. */
  as_seen: boolean;
  /** Seeds so far; of the smaller side where they are not paired. */
  n: number;
  /** Whether `n` counts seeds of each of two experiments. */
  per_side: boolean;
  /** Standard deviation that one seed contributes; null for a family, in which each has its own. */
  spread: Uncertain<number> | null;
  /** Seeds for 80 % power, no fewer than two; null is more than 1000. `low` goes with the smallest spread. */
  needed: Uncertain<number | null>;
  curve: ({ n: number } & Uncertain<number>)[];
}

/** What is planned for, of one difference or of all. */
interface Wanted {
  goal: Goal;
  /** The effect to find, as large as seen where it is left out; or the margin. Above 0, in the metric's unit. */
  size?: number;
  /** The t-test unless said. */
  test?: PlannedTest;
}

/**
 * Seeds that show an effect.
 * @param size the one to find, above 0; as large as seen where it is left out
 * @returns null where nothing can be planned: no spread yet, or no effect to plan for
 */
export function planForDifference(effect: Effect, size?: number, test?: PlannedTest): SeedsPlan | null {
  return planForOne(effect, { goal: 'difference', size, test });
}

/**
 * Seeds that show that no effect is larger than a margin, where there is none.
 * @param margin above 0
 * @returns null where there is no spread yet
 */
export function planForEquivalence(effect: Effect, margin: number, test?: PlannedTest): SeedsPlan | null {
  return planForOne(effect, { goal: 'equivalence', size: margin, test });
}

function planForOne(effect: Effect, wanted: Wanted): SeedsPlan | null {
  const { goal, size = Math.abs(effect.mean), test = 't' } = wanted;
  if (effect.df === null || !(size > 0)) return null;
  const { sd, df } = perSeed(effect);
  const byT: Power = (seeds, wider) =>
    powerAt(goal, (size / (sd * wider)) * Math.sqrt(seeds), df * (seeds - 1));
  const members = [{ size, sides: ownSides(effect) }];
  const simulated: Power = (seeds, wider) =>
    seeds > MOST_SIMULATED ? byT(seeds, wider) : simulatedPower({ test, goal, members }, seeds, wider);
  return planBy(test === 't' ? byT : simulated, {
    ...{ goal, test, size, as_seen: wanted.size === undefined, family: 1, ...seedsOf(effect) },
    t_alone: testedAlone(goal, test, [effect]),
    ...{ df: effect.df, sd, simulated: test !== 't' },
  });
}

/**
 * Seeds with which all of several differences are decided at once, their p-values corrected for one another (Holm), where
 * they go on varying together as they did so far.
 * @returns null where fewer than two can be tested, or one of them has no effect to plan for
 */
export function planForAll(
  differences: readonly Seen[],
  { goal, size, test = 't' }: Wanted,
): SeedsPlan | null {
  const tested = differences.filter(({ difference }) => difference.df !== null);
  const members = membersOf(tested, size);
  if (members.length < 2 || members.some((member) => member.size === 0)) return null;
  const effects = tested.map(({ difference }) => difference);
  const seeds = effects.map(seedsOf);
  return planBy((n, wider) => simulatedPower({ test, goal, members }, n, wider), {
    ...{ goal, test, size: size ?? null, as_seen: size === undefined, family: members.length },
    t_alone: testedAlone(goal, test, effects),
    n: Math.min(...seeds.map(({ n }) => n)),
    per_side: seeds.some(({ per_side }) => per_side),
    // The least that is known of any of them.
    ...{ df: Math.min(...effects.map(({ df }) => df!)), sd: null, simulated: true },
  });
}

function testedAlone(goal: Goal, test: PlannedTest, effects: readonly Effect[]): TestedAlone[] {
  if (test !== 'both') return [];
  return [true, false]
    .filter((paired) => effects.some((effect) => 'n' in effect === paired))
    .map((paired) => ({ paired, below: fewestPermuted(paired, goal === 'difference' ? 2 : 1) }));
}

/** @param wider how much larger the spread is than the one seen */
type Power = (seeds: number, wider: number) => number;

interface Basis extends Omit<SeedsPlan, 'simulated' | 'spread' | 'needed' | 'curve'> {
  /** Of the spread. */
  df: number;
  sd: number | null;
  simulated: boolean;
}

function planBy(powerOf: Power, { df, sd, simulated, ...asked }: Basis): SeedsPlan {
  const power = simulated ? remembered(powerOf) : powerOf;
  const wider = spreadInterval(df);
  const needed = uncertain((by) => seedsFor((seeds) => power(seeds, by)), wider);
  const points = simulated ? MOST_SIMULATED_POINTS : MOST_POINTS;
  const curve = shownSeeds(asked.n, needed, points).map((seeds) => ({
    n: seeds,
    ...turned(uncertain((by) => power(seeds, by), wider)),
  }));
  return {
    ...asked,
    simulated: simulated ? simulationOf((seeds) => power(seeds, 1), asked.family > 1) : null,
    spread: sd === null ? null : uncertain((by) => by * sd, wider),
    ...{ needed, curve },
  };
}

function remembered(power: Power): Power {
  const known = new Map<string, number>();
  return (seeds, wider) => {
    const key = `${seeds} ${wider}`;
    const found = known.get(key) ?? power(seeds, wider);
    known.set(key, found);
    return found;
  };
}

/** @param always whether larger numbers of seeds are simulated as well */
function simulationOf(power: (seeds: number) => number, always: boolean): SimulatedPlan {
  const error = simulationError(WANTED_POWER);
  const off = (by: number) =>
    seedsFor((seeds) => power(seeds) + (always || seeds <= MOST_SIMULATED ? by : 0));
  return {
    ...{ samples: SAMPLES, error },
    needed: { low: off(error), high: off(-error) },
  };
}

function seedsOf(effect: Effect): Pick<SeedsPlan, 'n' | 'per_side'> {
  return 'n' in effect
    ? { n: effect.n, per_side: false }
    : { n: Math.min(effect.n_first, effect.n_second), per_side: true };
}

/** What the seeds of a difference vary by. */
function ownSides(effect: Effect): Member['sides'] {
  if ('n' in effect) return [[{ source: 0, weight: perSeed(effect).sd }]];
  return [[{ source: 0, weight: effect.sd_first }], [{ source: 1, weight: effect.sd_second }]];
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

/** √(df / χ²): the 95 % interval of a standard deviation, as a multiple of the one seen. */
function spreadInterval(df: number): Uncertain<number> {
  const at = (share: number) => Math.sqrt(df / chiSquareQuantile(share, df));
  return { value: 1, low: at(0.975), high: at(0.025) };
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
