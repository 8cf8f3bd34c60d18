/** Permutation tests: what the same numbers would give if it did not matter which condition they came from. */
import { randomStream } from '../random.ts';
import { mean } from './describe.ts';
import { DRAWS, randomSigns } from './draws.ts';

/** p-values of a permutation test. */
export interface Permutation {
  /** Share of permutations at least as extreme as what was observed. */
  p: number;
  /**
   * The same with half of those exactly as extreme (mid-p, Lancaster 1961), which keeps its level where there are
   * few permutations; null where even the most extreme data could not bring it below 5 % reliably.
   */
  mid: number | null;
}

/** Up to this many seeds all 2^n sign flips are tried. */
const EXACT_FLIPS = 16;
/** In which directions a difference counts as extreme: both, or upwards alone. */
export type Tails = 1 | 2;
/** With fewer seeds no sign-flip test reaches 5 %: 2 of 2^5 are 6 %, 1 of 2^4 is. */
const FEWEST_FLIPPED: Record<Tails, number> = { 1: 5, 2: 6 };
/** Up to this many ways to divide the runs all are tried. */
const EXACT_DIVISIONS = 10_000;
/** 2 of 40 are 5 %, and so is 1 of 20. */
const FEWEST_DIVISIONS: Record<Tails, number> = { 1: 21, 2: 41 };
/** Sums that differ by rounding only are equally extreme. */
const ROUNDING = 1e-12;

/** The fewest pairs, or seeds on each of two sides, of which a permutation test can be below 5 %. */
export function fewestPermuted(paired: boolean, tails: Tails): number {
  if (paired) return FEWEST_FLIPPED[tails];
  let n = 1;
  while (waysToChoose(2 * n, n) < FEWEST_DIVISIONS[tails]) n++;
  return n;
}

/** Counts permutations against what was observed. */
class Tally {
  readonly #tails: Tails;
  readonly #observed: number;
  readonly #rounding: number;
  #beyond = 0;
  #equal = 0;
  #tried = 0;

  constructor(observed: number, tails: Tails) {
    this.#tails = tails;
    this.#observed = this.#sizeOf(observed);
    this.#rounding = Number.isFinite(observed) ? Math.abs(observed) * ROUNDING : 0;
  }

  #sizeOf(statistic: number): number {
    return this.#tails === 2 ? Math.abs(statistic) : statistic;
  }

  add(statistic: number): void {
    const size = this.#sizeOf(statistic);
    this.#tried++;
    if (size > this.#observed + this.#rounding) this.#beyond++;
    else if (size >= this.#observed - this.#rounding) this.#equal++;
  }

  /** @param sampled the permutations were drawn: what was observed counts as one more, so that p is never 0 */
  result(sampled: boolean, mid: boolean): Permutation {
    const [equal, tried] = [this.#equal + Number(sampled), this.#tried + Number(sampled)];
    return {
      p: (this.#beyond + equal) / tried,
      mid: mid ? (this.#beyond + equal / 2) / tried : null,
    };
  }
}

/**
 * Test of a zero mean by flipping the signs of paired differences; exact for up to 16 of them, else over
 * 10 000 random flips from a fixed stream (`scipy.stats.permutation_test`, `samples`).
 * @param tails 1: against a mean above 0
 */
export function signFlipTest(differences: readonly number[], tails: Tails = 2): Permutation {
  const n = differences.length;
  const tally = new Tally(
    differences.reduce((sum, value) => sum + value, 0),
    tails,
  );
  const exact = n <= EXACT_FLIPS;
  const signs = exact ? null : randomSigns(n);
  for (let flip = 0; flip < (exact ? 2 ** n : DRAWS); flip++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const sign = signs ? signs[flip * n + i] : 1 - 2 * ((flip >> i) & 1);
      sum += sign * differences[i];
    }
    tally.add(sum);
  }
  return tally.result(!exact, n >= FEWEST_FLIPPED[tails]);
}

/**
 * Test that two groups have the same mean: Welch's t over all ways to divide the values into groups of
 * these sizes, or 10 000 random ones (Janssen 1997; `scipy.stats.permutation_test`, `independent`).
 * @param tails 1: against a mean of the first above that of the second
 */
export function divisionTest(
  first: readonly number[],
  second: readonly number[],
  tails: Tails = 2,
): Permutation {
  const [chosen, others] = tails === 2 ? inOneOrder(first, second) : [first, second];
  const [n, k] = [first.length + second.length, chosen.length];
  const divisions = waysToChoose(n, k);
  const exact = divisions <= EXACT_DIVISIONS;
  const centre = mean([...chosen, ...others]);
  const statistic = divided([...chosen, ...others].map((value) => value - centre));
  const tally = new Tally(statistic(chosen.map((_, i) => i)), tails);
  for (const choice of exact ? combinations(n, k) : randomChoices(n, k)) tally.add(statistic(choice));
  return tally.result(!exact, divisions >= FEWEST_DIVISIONS[tails]);
}

/** The smaller group first, or the one with the smaller values: reversed, the same divisions are drawn. */
function inOneOrder(
  first: readonly number[],
  second: readonly number[],
): [readonly number[], readonly number[]] {
  const differing = first.findIndex((value, i) => value !== second[i]);
  const swap =
    first.length === second.length ? first[differing] > second[differing] : first.length > second.length;
  return swap ? [second, first] : [first, second];
}

/** Welch's t of the chosen values against the others; infinite where neither group varies. */
function divided(values: readonly number[]): (chosen: readonly number[]) => number {
  const whole = values.reduce((sum, value) => sum + value, 0);
  const squares = values.reduce((sum, value) => sum + value ** 2, 0);
  return (chosen) => {
    let [sum, ofChosen] = [0, 0];
    for (const i of chosen) {
      sum += values[i];
      ofChosen += values[i] ** 2;
    }
    const [k, rest] = [chosen.length, values.length - chosen.length];
    const variance = squaredError(sum, ofChosen, k) + squaredError(whole - sum, squares - ofChosen, rest);
    const difference = sum / k - (whole - sum) / rest;
    return difference === 0 ? 0 : difference / Math.sqrt(variance > ROUNDING * squares ? variance : 0);
  };
}

/** The squared standard error of a mean, from the sum and the sum of squares of `n` values. */
function squaredError(sum: number, squares: number, n: number): number {
  return (squares - sum ** 2 / n) / (n - 1) / n;
}

export function waysToChoose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = (ways * (n - i + 1)) / i;
  return Math.round(ways);
}

/** All choices of `k` of the numbers below `n`, in ascending order. */
export function* combinations(n: number, k: number, from = 0): Generator<number[]> {
  if (k === 0) return yield [];
  for (let i = from; i <= n - k; i++) for (const rest of combinations(n, k - 1, i + 1)) yield [i, ...rest];
}

function* randomChoices(n: number, k: number): Generator<number[]> {
  const random = randomStream(0, 'divisions', n, k);
  const all = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < DRAWS; i++) yield random.sample(all, k);
}
