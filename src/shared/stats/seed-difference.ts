/** How far what two experiments measured seed by seed is apart: paired where they ran the same seeds, Welch's otherwise. */
import type { TagEffect } from './effects.ts';
import { differenceLimits, type MetricId } from '../metrics.ts';
import { pairedEffectSize, unpairedEffectSize, type EffectSize } from './effect-size.ts';
import type { Interval, Limits } from './interval.ts';
import {
  pairedEffect,
  pairedInterval,
  unpairedEffect,
  unpairedInterval,
  type PairedEffect,
  type UnpairedEffect,
} from './significance.ts';

/** Of two experiments or groups, second minus first. */
export interface Difference {
  paired: boolean;
  difference: PairedEffect | UnpairedEffect;
  /** What of each seed was compared: its effect in each of the two, null where it was not measured. */
  per_seed: { seed: number; first: number | null; second: number | null }[];
  /** Null where there are too few seeds. */
  effect_size: EffectSize | null;
}

/** How seeds of two experiments are compared: by what they ran, or as was fixed before. */
export type Design = 'paired' | 'welch';

/** Below two shared seeds there is nothing to pair. */
const MIN_PAIRS = 2;

/** What a difference of two differences cannot leave. */
function limitsOf(metric: MetricId): Limits {
  const [least, most] = differenceLimits(metric);
  return [2 * least, 2 * most];
}

/**
 * One effect of two experiments, second minus first.
 * @param design paired or not; where it is not fixed, paired if both ran the same seeds
 * @returns null where a side has no seed, or a fixed pairing no two pairs
 */
export function differenceOf(a: TagEffect, b: TagEffect, design?: Design): Difference | null {
  const values = ({ per_seed }: TagEffect) =>
    per_seed.map(({ seed, difference: value }) => ({ seed, value }));
  return differenceOfSeeds(values(a), values(b), limitsOf(a.metric), design);
}

/** What one seed measured. */
interface SeedValue {
  seed: number;
  value: number;
}

/** Second minus first, of whatever their seeds measured, as {@link differenceOf}. @param limits what it cannot leave */
function differenceOfSeeds(
  a: readonly SeedValue[],
  b: readonly SeedValue[],
  limits: Limits,
  design?: Design,
): Difference | null {
  const { paired, per_seed, first, second } = sidesOf(a, b, design);
  const difference = paired ? pairedEffect(second, first, limits) : welchDifference(first, second, limits);
  const effect_size = (paired ? pairedEffectSize : unpairedEffectSize)(second, first);
  return difference && { paired, difference, per_seed, effect_size };
}

/** Second minus first; what is called first in it, seeds and their spread, is of `first`. */
function welchDifference(
  first: readonly number[],
  second: readonly number[],
  limits: Limits,
): UnpairedEffect | null {
  const effect = unpairedEffect(second, first, limits);
  if (!effect) return null;
  const { n_first, n_second, sd_first, sd_second } = effect;
  return { ...effect, n_first: n_second, n_second: n_first, sd_first: sd_second, sd_second: sd_first };
}

/**
 * The interval of {@link differenceOfSeeds} alone: tests and effect sizes take most of its time.
 * @returns with the seeds of the side that has fewer, where they are not paired
 */
export function differenceInterval(
  a: readonly SeedValue[],
  b: readonly SeedValue[],
  limits: Limits,
  design?: Design,
): (Interval & { paired: boolean }) | null {
  const { paired, first, second } = sidesOf(a, b, design);
  const interval = (paired ? pairedInterval : unpairedInterval)(second, first, limits);
  return interval && { ...interval, n: Math.min(first.length, second.length), paired };
}

/** What each side measured, seed by seed, and the values that are compared: of those that both ran, where they are paired. */
function sidesOf(a: readonly SeedValue[], b: readonly SeedValue[], design?: Design) {
  const per_seed = bySeed(a, b);
  const pairs = per_seed.filter(({ first, second }) => first !== null && second !== null);
  const same = pairs.length === per_seed.length && pairs.length >= MIN_PAIRS;
  const paired = design ? design === 'paired' : same;
  return { paired, per_seed, ...valuesOf(paired, per_seed) };
}

/** The values that are compared: of seeds that both ran where they are paired, else of all. */
export function valuesOf(paired: boolean, per_seed: Difference['per_seed']) {
  const counted = per_seed.filter(({ first, second }) => !paired || (first !== null && second !== null));
  const values = (side: 'first' | 'second') => counted.flatMap((each) => each[side] ?? []);
  return { first: values('first'), second: values('second') };
}

/** In one order, whichever of the two comes first: reversed, a comparison mirrors exactly. */
function bySeed(a: readonly SeedValue[], b: readonly SeedValue[]): Difference['per_seed'] {
  const of = (values: readonly SeedValue[]) => new Map(values.map(({ seed, value }) => [seed, value]));
  const [first, second] = [of(a), of(b)];
  return [...new Set([...first.keys(), ...second.keys()])]
    .sort((one, other) => one - other)
    .map((seed) => ({ seed, first: first.get(seed) ?? null, second: second.get(seed) ?? null }));
}
