/**
 * Permutation tests of very many made-up samples of one size: the same as those of real seeds (`permutation.ts`), with the
 * permutations written down once, and sums of them worked out eight values at a time.
 */
import { randomStream } from '../random.ts';
import { combinations, fewestPermuted, waysToChoose, type Tails } from './permutation.ts';
import { LEVEL } from './verdict.ts';

/** Permutations of each sample: all where there are no more than `MOST_EXACT`, else random ones. */
const PERMUTATIONS = 1000;
const MOST_EXACT = 1024;

/** The mid-p of a sample; 1 for one that is not below 5 %. */
export type MidP = (sample: Float64Array) => number;

/**
 * Sign flips of `n` pairs.
 * @param tails 1: against a mean above 0
 * @returns null where so few pairs cannot be below 5 %
 */
export function flippedMidP(n: number, tails: Tails): MidP | null {
  if (n < fewestPermuted(true, tails)) return null;
  const all = flips(n);
  const sums = subsetSums(all);
  return (sample) => {
    const [chosen, whole] = [sums(sample), sumOf(sample, n)];
    // Those that are not chosen are flipped.
    return midP(all, tails, whole, (row) => 2 * chosen[row]! - whole);
  };
}

/**
 * Divisions of `2n` values into two sides, by Welch's t.
 * @param tails 1: against a mean of the first side above that of the second
 * @returns null where so few seeds cannot be below 5 %
 */
export function dividedMidP(n: number, tails: Tails): MidP | null {
  if (n < fewestPermuted(false, tails)) return null;
  const all = divisions(n);
  const sums = subsetSums(all);
  return (sample) => {
    const chosen = sums(sample);
    const whole = sumOf(sample, 2 * n);
    const squares = sample.reduce((sum, value) => sum + value ** 2, 0);
    // Welch's t of `n` values against as many others grows with it.
    const statistic = (sum: number) => {
      const apart = 2 * sum - whole;
      return (apart * Math.abs(apart)) / (squares - (sum ** 2 + (whole - sum) ** 2) / n);
    };
    return midP(all, tails, statistic(sumOf(sample, n)), (row) => statistic(chosen[row]!));
  };
}

/** Permutations as the values that each chooses: a bit for each, `bytes` bytes for all of a row. */
interface Permutations {
  bytes: number;
  rows: Uint8Array;
  count: number;
  /** Whether they were drawn: what was observed counts as one more. */
  sampled: boolean;
  /** Whether each stands for its negative, too. */
  halved: boolean;
}

/** Differences that are rounding. */
const ROUNDING = 1e-12;

const weight = (beyond: number) => (beyond > ROUNDING ? 1 : beyond >= -ROUNDING ? 0.5 : 0);

/** Those exactly as extreme count half. */
function midP(
  { count, sampled, halved }: Permutations,
  tails: Tails,
  observed: number,
  statisticOf: (row: number) => number,
): number {
  const mirrored = halved && tails === 1;
  const tried = count * (mirrored ? 2 : 1) + Number(sampled);
  const size = tails === 2 ? Math.abs(observed) : observed;
  let extreme = sampled ? 0.5 : 0;
  for (let row = 0; row < count; row++) {
    const statistic = statisticOf(row);
    extreme += weight((tails === 2 ? Math.abs(statistic) : statistic) - size);
    if (mirrored) extreme += weight(-statistic - size);
    if (extreme >= LEVEL * tried) return 1;
  }
  return extreme / tried;
}

/** The sum of the first values. */
function sumOf(values: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  return sum;
}

/**
 * The sum of what each permutation chooses among the values of a sample. All sums of eight values are worked out first:
 * there are more permutations than these.
 */
function subsetSums({ bytes, rows, count }: Permutations): (sample: Float64Array) => Float64Array {
  const table = new Float64Array(bytes * 256);
  const sums = new Float64Array(count);
  return (sample) => {
    for (let i = 0; i < bytes * 8; i++) {
      const [from, size] = [(i >> 3) * 256, 1 << (i & 7)];
      const value = i < sample.length ? sample[i]! : 0;
      for (let at = from; at < from + size; at++) table[at + size] = table[at]! + value;
    }
    for (let row = 0, at = 0; row < count; row++) {
      let sum = 0;
      for (let byte = 0; byte < bytes; byte++) sum += table[byte * 256 + rows[at++]!]!;
      sums[row] = sum;
    }
    return sums;
  };
}

/** Signs of `n` values; of all of them one half stands for both: the first value stays as it is. */
const flips = kept((n: number): Permutations => {
  const all = 2 ** (n - 1);
  if (all <= MOST_EXACT) {
    const chosen = Array.from({ length: all }, (_, row) =>
      range(n).filter((i) => i === 0 || (row >> (i - 1)) & 1),
    );
    return { ...packed(chosen, n), sampled: false, halved: true };
  }
  const random = randomStream(0, 'power', 'flips', n);
  const drawn = Array.from({ length: PERMUTATIONS }, () => range(n).filter(() => random.int(2) === 1));
  return { ...packed(drawn, n), sampled: true, halved: false };
});

/** Which `n` of twice as many values are the first side. */
const divisions = kept((n: number): Permutations => {
  if (waysToChoose(2 * n, n) <= MOST_EXACT)
    return { ...packed([...combinations(2 * n, n)], 2 * n), sampled: false, halved: false };
  const random = randomStream(0, 'power', 'divisions', n);
  const drawn = Array.from({ length: PERMUTATIONS }, () => random.sample(range(2 * n), n));
  return { ...packed(drawn, 2 * n), sampled: true, halved: false };
});

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

function packed(choices: readonly (readonly number[])[], n: number) {
  const bytes = Math.ceil(n / 8);
  const rows = new Uint8Array(choices.length * bytes);
  choices.forEach((chosen, row) => {
    for (const i of chosen) rows[row * bytes + (i >> 3)]! |= 1 << (i & 7);
  });
  return { bytes, rows, count: choices.length };
}

/** A plan asks for the same numbers of seeds again and again. */
export function kept<T>(make: (n: number) => T): (n: number) => T {
  const known = new Map<number, T>();
  return (n) => {
    const found = known.get(n) ?? make(n);
    known.set(n, found);
    return found;
  };
}
