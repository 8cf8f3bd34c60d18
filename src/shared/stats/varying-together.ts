/**
 * How differences that are shown together vary together: those of the same seeds share what a seed brings, those to one
 * baseline share what the baseline measured. Made-up seeds then do as those seen so far.
 */
import type { EffectComparison } from './compare.ts';
import { mean } from './describe.ts';
import type { Member, Mix } from './simulated-power.ts';

/** Numbers of the same seeds, and whose difference they are part of. */
interface Side {
  /** What has the same varies together. */
  block: string;
  values: number[];
}

/** What is compared, as far as it was seen. */
export type Seen = Pick<EffectComparison, 'paired' | 'difference' | 'per_seed' | 'first' | 'second'>;

/**
 * Differences as sums of independent numbers with the variances and covariances seen. What was measured in other seeds is
 * independent, and so are pairs and the sides of unpaired differences.
 * @param size of all, in the direction of each; as large as seen where it is left out
 */
export function membersOf(differences: readonly Seen[], size?: number): Member[] {
  const sides = differences.map(sidesOf);
  const mixes = mixesOf(sides.flat());
  return differences.map(({ difference: { mean: seen } }, i) => ({
    size: size === undefined ? seen : seen < 0 ? -size : size,
    sides: sides[i]!.map((side) => mixes.get(side)!) as unknown as Member['sides'],
  }));
}

/** The pairs of a difference, or its second and its first side, which is the baseline. */
function sidesOf({ paired, per_seed, first, second }: Seen): Side[] {
  const sideOf = (of: string, valueOf: (each: Seen['per_seed'][number]) => number | null): Side => {
    const measured = per_seed.filter((each) => valueOf(each) !== null);
    const seeds = measured.map(({ seed }) => seed).join();
    return { block: `${of}: ${seeds}`, values: measured.map((each) => valueOf(each)!) };
  };
  if (!paired)
    return [sideOf(String(second), (each) => each.second), sideOf(String(first), (each) => each.first)];
  const apart = (each: Seen['per_seed'][number]) =>
    each.first === null || each.second === null ? null : each.second - each.first;
  return [sideOf('pairs', apart)];
}

/** Each block has sources of its own. */
function mixesOf(sides: readonly Side[]): Map<Side, Mix> {
  const mixes = new Map<Side, Mix>();
  let sources = 0;
  for (const block of Map.groupBy(sides, (side) => side.block).values()) {
    const basis: number[][] = [];
    for (const side of block) {
      const { weights, added } = withinBasis(basis, deviations(side.values));
      mixes.set(
        side,
        weights.map((weight, i) => ({ source: sources + i, weight })),
      );
      if (added) basis.push(added);
    }
    sources += basis.length;
  }
  return mixes;
}

/** Deviations from the mean, whose squares sum to the variance. */
function deviations(values: readonly number[]): number[] {
  const centre = mean(values);
  return values.map((value) => (value - centre) / Math.sqrt(values.length - 1));
}

/** What is left of a vector is rounding. */
const ROUNDING = 1e-9;

/** Gram–Schmidt: a vector by the basis, with the direction that it adds to it. */
function withinBasis(basis: readonly number[][], vector: readonly number[]) {
  let rest = [...vector];
  const weights = basis.map((direction) => {
    const weight = dot(rest, direction);
    rest = rest.map((value, i) => value - weight * direction[i]!);
    return weight;
  });
  const left = Math.sqrt(dot(rest, rest));
  if (left <= ROUNDING * Math.sqrt(dot(vector, vector))) return { weights, added: null };
  return { weights: [...weights, left], added: rest.map((value) => value / left) };
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
