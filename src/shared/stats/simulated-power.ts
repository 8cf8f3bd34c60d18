/**
 * Power of permutation tests, and of what a claim takes, by simulation: made-up seeds of a normal effect, tested as real
 * ones are. All sizes, spreads and numbers of seeds are looked at with the same draws from a fixed stream: the same
 * question has the same answer, and power grows evenly with what is asked.
 */
import quantile from '@stdlib/stats-base-dists-t-quantile';
import { randomStream } from '../random.ts';
import { combinations, FEWEST_DIVISIONS, FEWEST_FLIPPED, waysToChoose } from './permutation.ts';
import { LEVEL } from './verdict.ts';

/** Experiments that are made up for each number of seeds. */
export const SAMPLES = 1000;
/** Beyond so many seeds the tests agree more closely than the simulation tells them apart. */
export const MOST_SIMULATED = 60;
/** Permutations of each: all where there are no more than `MOST_EXACT`, else random ones. */
const PERMUTATIONS = 1000;
const MOST_EXACT = 1024;

/** `both`: t-test and permutation test agree, as for a claim (`verdictOf`). */
export type SimulatedTest = 'permutation' | 'both';

/** What seeds are drawn from: normal, the first with the effect as their mean, the second around 0. */
export interface Population {
  size: number;
  /** Standard deviation of pairs, or of the seeds of each side. */
  sds: readonly [pairs: number] | readonly [first: number, second: number];
}

/** Half the 95 % interval of a share of all samples. */
export function simulationError(share: number): number {
  return 1.96 * Math.sqrt((share * (1 - share)) / SAMPLES);
}

/**
 * The share of samples in which a two-sided test at 5 % finds the effect.
 * @param n pairs, or seeds of each side; from 2 to `MOST_SIMULATED`
 */
export function simulatedPower(test: SimulatedTest, { size, sds }: Population, n: number): number {
  const [a, b] = sds;
  const finds = b === undefined ? pairedTest(test, n) : unpairedTest(test, n);
  const sample = new Float64Array(b === undefined ? n : 2 * n);
  let found = 0;
  for (let at = 0; at < SAMPLES; at++) {
    const from = at * MOST_SIMULATED;
    for (let i = 0; i < n; i++) sample[i] = size + a * draws(0)[from + i]!;
    if (b !== undefined) for (let i = 0; i < n; i++) sample[n + i] = b * draws(1)[from + i]!;
    if (finds(sample)) found++;
  }
  return found / SAMPLES;
}

/** Standard normal numbers of a side, `MOST_SIMULATED` for each sample. */
const draws = kept((side: number) => {
  const random = randomStream(0, 'power', side);
  return Float64Array.from({ length: SAMPLES * MOST_SIMULATED }, () => random.normal());
});

type Finds = (sample: Float64Array) => boolean;

function pairedTest(test: SimulatedTest, n: number): Finds {
  const critical = quantile(1 - LEVEL / 2, n - 1);
  const tests: Finds = (sample) => Math.abs(pairedT(sample)) > critical;
  if (n < FEWEST_FLIPPED) return test === 'both' ? tests : () => false;
  const all = flips(n);
  const sums = subsetSums(all);
  const permutes: Finds = (sample) => {
    const [chosen, whole] = [sums(sample), sumOf(sample, n)];
    const most = mostExtreme(all);
    let extreme = all.sampled ? 0.5 : 0;
    for (let row = 0; row < all.count && extreme < most; row++)
      // Those that are not chosen are flipped.
      extreme += weight(Math.abs(2 * chosen[row]! - whole) - Math.abs(whole));
    return extreme < most;
  };
  return test === 'both' ? (sample) => tests(sample) && permutes(sample) : permutes;
}

function pairedT(sample: Float64Array): number {
  const n = sample.length;
  const { mean, squares } = momentsOf(sample, 0, n);
  return mean / Math.sqrt(squares / (n - 1) / n);
}

function unpairedTest(test: SimulatedTest, n: number): Finds {
  const tests = welchTest(n);
  if (waysToChoose(2 * n, n) < FEWEST_DIVISIONS) return test === 'both' ? tests : () => false;
  const all = divisions(n);
  const sums = subsetSums(all);
  const permutes: Finds = (sample) => {
    const chosen = sums(sample);
    const whole = sumOf(sample, 2 * n);
    const squares = sample.reduce((sum, value) => sum + value ** 2, 0);
    // Welch's t of `n` values against as many others grows with it.
    const statistic = (sum: number) =>
      (2 * sum - whole) ** 2 / (squares - (sum ** 2 + (whole - sum) ** 2) / n);
    const observed = statistic(sumOf(sample, n));
    const most = mostExtreme(all);
    let extreme = all.sampled ? 0.5 : 0;
    for (let row = 0; row < all.count && extreme < most; row++)
      extreme += weight(statistic(chosen[row]!) - observed);
    return extreme < most;
  };
  return test === 'both' ? (sample) => tests(sample) && permutes(sample) : permutes;
}

/** The sum of the first values. */
function sumOf(values: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  return sum;
}

/** Welch's t-test of two sides of `n`; its degrees of freedom lie between n − 1 and 2n − 2. */
function welchTest(n: number): Finds {
  const [most, least] = [n - 1, 2 * n - 2].map((df) => quantile(1 - LEVEL / 2, df)) as [number, number];
  return (sample) => {
    const [a, b] = [momentsOf(sample, 0, n), momentsOf(sample, n, 2 * n)];
    const t = Math.abs(a.mean - b.mean) / Math.sqrt((a.squares + b.squares) / (n - 1) / n);
    if (t > most || t <= least) return t > most;
    const df = ((n - 1) * (a.squares + b.squares) ** 2) / (a.squares ** 2 + b.squares ** 2);
    return t > quantile(1 - LEVEL / 2, df);
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

/** Permutations as the values that each chooses: a bit for each, `bytes` bytes for all of a row. */
interface Permutations {
  bytes: number;
  rows: Uint8Array;
  count: number;
  /** Whether they were drawn: what was observed counts as one more. */
  sampled: boolean;
}

/** Differences that are rounding. */
const ROUNDING = 1e-12;

/** A mid-p is below 5 % where fewer are as extreme, those exactly as extreme counting half. */
const mostExtreme = ({ count, sampled }: Permutations) => LEVEL * (count + Number(sampled));
const weight = (beyond: number) => (beyond > ROUNDING ? 1 : beyond >= -ROUNDING ? 0.5 : 0);

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

/** Signs of `n` values; as a sum and its negative are equally extreme, the first of all of them stays as it is. */
const flips = kept((n: number): Permutations => {
  const all = 2 ** (n - 1);
  if (all <= MOST_EXACT)
    return packed(
      Array.from({ length: all }, (_, row) => range(n).filter((i) => i === 0 || (row >> (i - 1)) & 1)),
      n,
      false,
    );
  const random = randomStream(0, 'power', 'flips', n);
  return packed(
    Array.from({ length: PERMUTATIONS }, () => range(n).filter(() => random.int(2) === 1)),
    n,
    true,
  );
});

/** Which `n` of twice as many values are the first side. */
const divisions = kept((n: number): Permutations => {
  if (waysToChoose(2 * n, n) <= MOST_EXACT) return packed([...combinations(2 * n, n)], 2 * n, false);
  const random = randomStream(0, 'power', 'divisions', n);
  const drawn = Array.from({ length: PERMUTATIONS }, () => random.sample(range(2 * n), n));
  return packed(drawn, 2 * n, true);
});

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

function packed(choices: readonly (readonly number[])[], n: number, sampled: boolean): Permutations {
  const bytes = Math.ceil(n / 8);
  const rows = new Uint8Array(choices.length * bytes);
  choices.forEach((chosen, row) => {
    for (const i of chosen) rows[row * bytes + (i >> 3)]! |= 1 << (i & 7);
  });
  return { bytes, rows, count: choices.length, sampled };
}

/** A plan asks for the same numbers of seeds again and again. */
function kept<T>(make: (n: number) => T): (n: number) => T {
  const known = new Map<number, T>();
  return (n) => {
    const found = known.get(n) ?? make(n);
    known.set(n, found);
    return found;
  };
}
