/**
 * Power by simulation: made-up seeds, tested as real ones are: of permutation tests, of what a claim takes, and of several
 * differences that are all to be found. All sizes, spreads and numbers of seeds are looked at with the same draws from a
 * fixed stream: the same question has the same answer, and power grows evenly with what is asked.
 */
import cdf from '@stdlib/stats-base-dists-t-cdf';
import quantile from '@stdlib/stats-base-dists-t-quantile';
import { randomStream } from '../random.ts';
import { dividedMidP, flippedMidP, kept, type MidP } from './permuted-samples.ts';
import type { PlannedTest } from './planned-tests.ts';
import { holm, LEVEL } from './verdict.ts';

/** Experiments that are made up for each number of seeds. */
export const SAMPLES = 1000;
/** Beyond so many seeds the tests agree more closely than the simulation tells them apart. */
export const MOST_SIMULATED = 60;

/** What is to be decided: that there is an effect of a size, or that there is none as large as that. */
export type Goal = 'difference' | 'equivalence';

/** What a seed measures: independent standard normal numbers, each by its source, with the weight that it has. */
export type Mix = readonly { source: number; weight: number }[];

/** A difference that is to be decided. */
export interface Member {
  /** Its mean, or the margin that it is to be shown to lie within (then the mean is 0). */
  size: number;
  /** What pairs vary by, or the seeds of the first and of the second side. */
  sides: readonly [pairs: Mix] | readonly [first: Mix, second: Mix];
}

export interface Simulated {
  test: PlannedTest;
  goal: Goal;
  /** All are to be decided, p-values corrected for all of them (Holm) where they are several. */
  members: readonly Member[];
}

/** Half the 95 % interval of a share of all samples. */
export function simulationError(share: number): number {
  return 1.96 * Math.sqrt((share * (1 - share)) / SAMPLES);
}

/**
 * The share of samples in which every member is decided at 5 %, by two-sided tests of a difference, or two one-sided ones of
 * equivalence. As for a claim (`verdictOf`), `both` corrects the p of t-tests alone; permutation tests confirm each.
 * @param n pairs, or seeds of each side; from 2. Beyond `MOST_SIMULATED` the t-test is taken for all, spreads as known
 * @param wider how much larger all spreads are than what the members say
 */
export function simulatedPower({ test, goal, members }: Simulated, n: number, wider = 1): number {
  const decide = members.map((member) =>
    n > MOST_SIMULATED ? byKnownSpread(member, goal, n, wider) : bySample(member, { test, goal }, n, wider),
  );
  let found = 0;
  for (let at = 0; at < SAMPLES; at++) if (allDecided(decide, at)) found++;
  return found / SAMPLES;
}

/** How a member is decided in a sample. */
interface Decide {
  /** The p that is to be corrected; null where it cannot be decided, whatever the others say. */
  p: (at: number) => number | null;
  /** Whether what takes longest agrees, of the sample that was looked at last. */
  confirms: () => boolean;
}

function allDecided(decide: readonly Decide[], at: number): boolean {
  const ps: number[] = [];
  for (const of of decide) {
    const p = of.p(at);
    if (p === null) return false;
    ps.push(p);
  }
  if (ps.length > 1 && holm(ps).some((p) => p! >= LEVEL)) return false;
  return decide.every((of) => of.confirms());
}

/** Standard normal numbers of a source, `MOST_SIMULATED` for each sample. */
const draws = kept((source: number) => {
  const random = randomStream(0, 'power', source);
  return Float64Array.from({ length: SAMPLES * MOST_SIMULATED }, () => random.normal());
});

function bySample(
  { size, sides }: Member,
  { test, goal }: Pick<Simulated, 'test' | 'goal'>,
  n: number,
  wider: number,
): Decide {
  const [mean, margin] = goal === 'difference' ? [size, null] : [0, Math.abs(size)];
  const sample = new Float64Array(sides.length * n);
  const tests = testsOf(sides.length === 2, n, margin);
  const wanted = (p: number | null) => (p !== null && p < LEVEL ? p : null);
  const make = (at: number) => {
    for (const [side, mix] of sides.entries())
      fill(sample.subarray(side * n, (side + 1) * n), mix, at, wider);
    for (let i = 0; i < n; i++) sample[i]! += mean;
    return sample;
  };
  if (test === 'permutation')
    return { p: (at) => wanted(tests.permutation?.(make(at)) ?? null), confirms: () => true };
  return {
    p: (at) => wanted(tests.t(make(at))),
    confirms: () => test === 't' || tests.permutation === null || tests.permutation(sample) < LEVEL,
  };
}

function fill(into: Float64Array, mix: Mix, at: number, wider: number): void {
  into.fill(0);
  for (const { source, weight } of mix) {
    const drawn = draws(source);
    for (let i = 0; i < into.length; i++) into[i]! += wider * weight * drawn[at * MOST_SIMULATED + i]!;
  }
}

/** Difference over standard error, each with one number for all seeds. */
function byKnownSpread({ size, sides }: Member, goal: Goal, n: number, wider: number): Decide {
  const squares = sides.map((mix) => mix.reduce((sum, { weight }) => sum + weight ** 2, 0));
  const variance = squares.reduce((sum, each) => sum + each, 0);
  const df = (variance ** 2 / squares.reduce((sum, each) => sum + each ** 2, 0)) * (n - 1);
  const error = wider * Math.sqrt(variance / n);
  const one = new Float64Array(1);
  const drawn = (mix: Mix, at: number) => {
    fill(one, mix, at, 1);
    return one[0]! / Math.sqrt(variance);
  };
  const p = (at: number) => {
    const off = drawn(sides[0], at) - (sides[1] ? drawn(sides[1], at) : 0);
    const margin = goal === 'difference' ? null : Math.abs(size) / error;
    const found = pOf({ t: margin === null ? size / error + off : off, df }, margin);
    return found < LEVEL ? found : null;
  };
  return { p, confirms: () => true };
}

/** A difference over its standard error. */
interface Studentised {
  t: number;
  df: number;
}

/** @param margin over the standard error; null for a two-sided test of a difference */
function pOf({ t, df }: Studentised, margin: number | null): number {
  return margin === null ? 2 * cdf(-Math.abs(t), df) : cdf(Math.abs(t) - margin, df);
}

/** p-values of a sample; what is not below 5 % may be told as 1. */
interface Tests {
  t: MidP;
  permutation: MidP | null;
}

/** @param margin null for two-sided tests of a difference, else that of two one-sided tests */
function testsOf(unpaired: boolean, n: number, margin: number | null): Tests {
  const statistic = unpaired ? welch : studentised;
  // No degrees of freedom that there may be ask for less.
  const least = quantile(1 - LEVEL / (margin === null ? 2 : 1), unpaired ? 2 * n - 2 : n - 1);
  const permutes = (unpaired ? dividedMidP : flippedMidP)(n, margin === null ? 2 : 1);
  return {
    t: (sample) => {
      const { difference, error, df } = statistic(sample, n);
      const [t, reach] = [difference / error, margin === null ? null : margin / error];
      const apart = reach === null ? Math.abs(t) : reach - Math.abs(t);
      return apart > least ? pOf({ t, df }, reach) : 1;
    },
    permutation: margin === null || permutes === null ? permutes : withinMargin(permutes, n, margin),
  };
}

/** The larger p of two one-sided tests: the first side, or all pairs, moved by the margin either way. */
function withinMargin(permutes: MidP, n: number, margin: number): MidP {
  return (sample) => {
    let larger = 0;
    for (const sign of [1, -1]) {
      const moved = sample.map((value, i) => sign * value + (i < n ? margin : 0));
      larger = Math.max(larger, permutes(moved));
      if (larger === 1) break;
    }
    return larger;
  };
}

function studentised(sample: Float64Array, n: number) {
  const { mean, squares } = momentsOf(sample, 0, n);
  return { difference: mean, error: Math.sqrt(squares / (n - 1) / n), df: n - 1 };
}

/** Of two sides of `n`; degrees of freedom lie between n − 1 and 2n − 2. */
function welch(sample: Float64Array, n: number) {
  const [a, b] = [momentsOf(sample, 0, n), momentsOf(sample, n, 2 * n)];
  return {
    difference: a.mean - b.mean,
    error: Math.sqrt((a.squares + b.squares) / (n - 1) / n),
    df: ((n - 1) * (a.squares + b.squares) ** 2) / (a.squares ** 2 + b.squares ** 2),
  };
}

/** Mean and sum of squares around it of some of the values. */
function momentsOf(values: Float64Array, from: number, to: number): { mean: number; squares: number } {
  let [sum, squares] = [0, 0];
  for (let i = from; i < to; i++) sum += values[i]!;
  const mean = sum / (to - from);
  for (let i = from; i < to; i++) squares += (values[i]! - mean) ** 2;
  return { mean, squares };
}
