import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from './bootstrap.ts';
import { interquartileMean, mean, sd } from './describe.ts';
import { meanInterval } from './interval.ts';
import { divisionTest, signFlipTest } from './permutation.ts';
import { noncentralTCdf, pairedTPower, seedsForPower } from './power.ts';
import { pairedEffect, unpairedEffect } from './significance.ts';
import { holm } from './verdict.ts';

interface TestCase {
  first: number[];
  second: number[];
  t: number;
  df: number;
  p: number;
  p_one_sided: number;
  interval: [number, number];
}

interface Ends {
  values: number[];
  low: number;
  high: number;
}

/** Made by test/golden/statistics.py with SciPy. */
interface Golden {
  paired: (TestCase & {
    mean: number;
    sd: number;
    interquartile_mean: number;
    probability_of_improvement: number;
    p_permutation?: number;
    p_permutation_mid?: number | null;
  })[];
  welch: (TestCase & { p_permutation: number | null })[];
  student: Ends[];
  studentised_bootstrap: Ends[];
  holm: { p: number[]; adjusted: number[] }[];
  noncentral_t: { t: number; df: number; ncp: number; cdf: number }[];
  power: { dz: number; n: number; power: number }[];
  seeds_needed: { dz: number; n: number }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/statistics.json', import.meta.url), 'utf8'),
) as Golden;

const accuracies = fc.array(
  fc.integer({ min: 0, max: 480 }).map((hits) => hits / 480),
  {
    minLength: 1,
    maxLength: 12,
  },
);
const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 480 }), fc.integer({ min: 0, max: 480 })), {
  minLength: 1,
  maxLength: 10,
});

describe('against SciPy', () => {
  it.each(golden.paired)('paired effect of $first.length seeds', (expected) => {
    const effect = pairedEffect(expected.first, expected.second)!;
    expect(effect.mean).toBeCloseTo(expected.mean, 12);
    expect(effect.t).toBeCloseTo(expected.t, 8);
    expect(effect.df).toBe(expected.df);
    expect(effect.p).toBeCloseTo(expected.p, 10);
    expect(effect.p_one_sided).toBeCloseTo(expected.p_one_sided, 10);
    expect(effect.dz).toBeCloseTo(expected.mean / expected.sd, 8);
    expect(effect.probability_of_improvement).toBeCloseTo(expected.probability_of_improvement, 12);
    expect(interquartileMean(expected.first)).toBeCloseTo(expected.interquartile_mean, 12);
    expect(effect.low).toBeCloseTo(expected.interval[0], 10);
    expect(effect.high).toBeCloseTo(expected.interval[1], 10);
    if (expected.p_permutation === undefined) return;
    expect(effect.p_permutation).toBeCloseTo(expected.p_permutation, 12);
    const { p_permutation_mid: mid } = expected;
    if (mid === null) expect(effect.p_permutation_mid).toBeNull();
    else expect(effect.p_permutation_mid).toBeCloseTo(mid!, 12);
  });

  it.each(golden.welch)('Welch with $first.length and $second.length seeds', (expected) => {
    const result = unpairedEffect(expected.first, expected.second)!;
    expect(result.t).toBeCloseTo(expected.t, 8);
    expect(result.df).toBeCloseTo(expected.df, 8);
    expect(result.p).toBeCloseTo(expected.p, 10);
    expect(result.p_one_sided).toBeCloseTo(expected.p_one_sided, 10);
    expect(result.low).toBeCloseTo(expected.interval[0], 10);
    expect(result.high).toBeCloseTo(expected.interval[1], 10);
    if (expected.p_permutation !== null) expect(result.p_permutation).toBeCloseTo(expected.p_permutation, 12);
  });

  it.each(golden.student)('interval of $values.length seeds', ({ values, low, high }) => {
    const interval = meanInterval(values)!;
    expect(interval.low).toBeCloseTo(low, 10);
    expect(interval.high).toBeCloseTo(high, 10);
  });

  it.each(golden.studentised_bootstrap)('bootstrap of $values.length seeds, own resamples', (expected) => {
    const { low, high } = bootstrapInterval(expected.values)!;
    expect(Math.abs(low! - expected.low)).toBeLessThan(0.03 * sd(expected.values));
    expect(Math.abs(high! - expected.high)).toBeLessThan(0.03 * sd(expected.values));
  });

  it.each(golden.holm)('Holm over $p', ({ p, adjusted }) => {
    holm(p).forEach((value, i) => expect(value).toBeCloseTo(adjusted[i], 12));
  });

  it.each(golden.noncentral_t)('noncentral t at $t, df $df, ncp $ncp', ({ t, df, ncp, cdf }) => {
    expect(noncentralTCdf(t, df, ncp)).toBeCloseTo(cdf, 6);
  });

  it.each(golden.power)('power at d_z $dz with $n seeds', ({ dz, n, power }) => {
    expect(pairedTPower(dz, n)).toBeCloseTo(power, 6);
  });

  it.each(golden.seeds_needed)('seeds needed at d_z $dz', ({ dz, n }) => {
    expect(seedsForPower(dz)).toBe(n);
  });
});

describe('properties', () => {
  it('an interval holds its mean, stays within its limits and repeats exactly', () => {
    fc.assert(
      fc.property(accuracies, (values) => {
        const interval = meanInterval(values, [0, 1])!;
        expect(meanInterval(values, [0, 1])).toEqual(interval);
        if (values.length === 1 || new Set(values).size === 1) {
          expect(interval).toMatchObject({ low: null, high: null });
          return;
        }
        expect(interval.low).toBeLessThan(interval.mean);
        expect(interval.high).toBeGreaterThan(interval.mean);
        expect(interval.low).toBeGreaterThanOrEqual(0);
        expect(interval.high).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it('an interval leaves out 0 exactly where the test beside it gives p < 0.05', () => {
    const apart = (low: number, high: number) => low > 0 || high < 0;
    fc.assert(
      fc.property(pairs, pairs, (values, others) => {
        const [first, second] = [values.map(([a]) => a / 480), values.map(([, b]) => b / 480)];
        const paired = pairedEffect(first, second)!;
        const unpaired = unpairedEffect(first, [...second, ...others.map(([a]) => a / 480)])!;
        for (const { p, low, high } of [paired, unpaired]) {
          expect(low === null).toBe(p === null);
          if (p !== null && Math.abs(p - 0.05) > 1e-9) expect(apart(low!, high!)).toBe(p < 0.05);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('swapping the conditions mirrors the effect', () => {
    fc.assert(
      fc.property(pairs, (values) => {
        const first = values.map(([a]) => a / 480);
        const second = values.map(([, b]) => b / 480);
        const effect = pairedEffect(first, second)!;
        const mirrored = pairedEffect(second, first)!;
        // Exactly, so that no digit shown depends on which experiment was named first.
        const sizes = (...ends: (number | null)[]) => ends.map((end) => end && Math.abs(end));
        expect(sizes(mirrored.mean, mirrored.low, mirrored.high)).toEqual(
          sizes(effect.mean, effect.high, effect.low),
        );
        expect(mirrored.p === null).toBe(effect.p === null);
        if (effect.p !== null) {
          expect(mirrored.p).toBe(effect.p);
          expect(mirrored.p_one_sided! + effect.p_one_sided!).toBeCloseTo(1, 9);
          expect(mirrored.p_permutation).toBe(effect.p_permutation);
          expect(mirrored.seeds_needed).toBe(effect.seeds_needed);
        }
        expect(mirrored.probability_of_improvement).toBeCloseTo(1 - effect.probability_of_improvement, 12);
      }),
      { numRuns: 40 },
    );
  });

  it('adding the same number to both conditions, or reordering seeds, changes no test', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: -480, max: 480 }), (values, shift) => {
        const effect = pairedEffect(
          values.map(([a]) => a),
          values.map(([, b]) => b),
        )!;
        const moved = pairedEffect(
          values.map(([a]) => a + shift).reverse(),
          values.map(([, b]) => b + shift).reverse(),
        )!;
        for (const key of ['mean', 'p', 'p_permutation', 'dz', 'n'] as const) {
          if (effect[key] === null) expect(moved[key]).toBeNull();
          else expect(moved[key]).toBeCloseTo(effect[key], 9);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('Holm never lowers a p-value, keeps their order and stays within 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (p) => {
        const adjusted = holm(p) as number[];
        p.forEach((value, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(value);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          p.forEach((other, j) => value < other && expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]));
        });
      }),
    );
  });
});

describe('what cannot be computed', () => {
  const finite = (value: unknown) =>
    JSON.stringify(value, (_key, item: unknown) => {
      if (typeof item === 'number') expect(Number.isFinite(item)).toBe(true);
      return item;
    });

  it('one seed: no interval, no p, no power', () => {
    const effect = pairedEffect([0.5], [0.25])!;
    expect(effect).toMatchObject({ mean: 0.25, low: null, high: null, n: 1, p: null, t: null, dz: null });
    expect(unpairedEffect([0.5], [0.25])).toMatchObject({ mean: 0.25, low: null, high: null, p: null });
    finite(effect);
  });

  it('the same difference in every seed, up to rounding: no interval, no p', () => {
    const effect = pairedEffect([0.3, 0.4, 0.7], [0.2, 0.3, 0.6])!;
    expect(effect).toMatchObject({ p: null, p_one_sided: null, p_permutation: null, seeds_needed: null });
    expect(effect).toMatchObject({ low: null, high: null, bootstrap: null });
    expect(pairedEffect(Array(30).fill(1), Array(30).fill(0))).toMatchObject({ low: null, bootstrap: null });
    finite(effect);
  });

  it('conditions that differ by rounding only: no difference at all', () => {
    const sums = [0.1 + 0.2, 0.3, (0.1 + 0.2 + 0.3) / 2, 0.7 - 0.4, 0.3, 0.1 * 3];
    const effect = pairedEffect(
      sums,
      sums.map(() => 0.3),
    );
    expect(effect).toMatchObject({ mean: 0, low: null, p: null, dz: null });
    expect(unpairedEffect(sums, [0.3, 0.3, 0.3])).toMatchObject({ p: null, low: null });
  });

  it('no power is told from fewer than five seeds', () => {
    expect(pairedEffect([0.3, 0.4, 0.5, 0.3], [0.2, 0.1, 0.4, 0.2])!.seeds_needed).toBeNull();
    expect(pairedEffect([0.3, 0.4, 0.5, 0.3, 0.2], [0.2, 0.1, 0.4, 0.2, 0.1])!.seeds_needed).toBe(6);
  });

  it('a bootstrap is told from 20 seeds on, and not where resamples without spread leave an end open', () => {
    expect(bootstrapInterval(Array.from({ length: 19 }, (_, i) => i))).toBeNull();
    expect(bootstrapInterval(Array.from({ length: 20 }, (_, i) => i))).not.toBeNull();
    expect(bootstrapInterval(Array.from({ length: 20 }, (_, i) => (i === 0 ? 1 : 0)))).toBeNull();
  });

  it('no seeds: no effect', () => {
    expect(pairedEffect([], [])).toBeNull();
    expect(unpairedEffect([], [0.1])).toBeNull();
    expect(meanInterval([])).toBeNull();
  });

  it('one seed against several: a difference, but no test', () => {
    const effect = unpairedEffect([0.5], [0.25, 0.75])!;
    expect(effect).toMatchObject({
      mean: 0,
      p: null,
      n_first: 1,
      n_second: 2,
      probability_of_improvement: 0.5,
    });
    finite(effect);
  });

  it('values that differ by rounding alone are ties, for the probability of improvement, too', () => {
    const [three, sum] = [0.3, 0.1 + 0.2];
    expect(three === sum).toBe(false);
    expect(unpairedEffect([three, 0.5], [sum, 0.5])!.probability_of_improvement).toBe(0.5);
    expect(pairedEffect([sum, sum], [three, 0.1])!.probability_of_improvement).toBe(0.75);
  });

  it('untestable comparisons do not count in Holm’s family', () => {
    expect(holm([0.01, null, 0.04])).toEqual([0.02, null, 0.04]);
  });

  it('no effect at all needs more seeds than there are', () => {
    expect(seedsForPower(0)).toBeNull();
  });

  it('above 16 seeds random flips approach the exact test', () => {
    const differences = Array.from({ length: 17 }, (_, i) => Math.sin(i * 7) + 0.3);
    const exact = exactSignFlip(differences);
    expect(Math.abs(signFlipTest(differences).p - exact)).toBeLessThan(0.015);
    expect(signFlipTest(differences.map(() => 1)).p).toBe(1 / 10_001);
  });

  it('with many ways to divide runs, random ones approach all of them', () => {
    const first = Array.from({ length: 8 }, (_, i) => Math.sin(i * 7) + 0.3);
    const second = Array.from({ length: 9 }, (_, i) => Math.sin(i * 3) - 0.4);
    const exact = divisionTest(first.slice(0, 7), second.slice(0, 7));
    const more = divisionTest(first, second);
    expect(exact.mid).toBeLessThan(exact.p);
    // 24 310 ways, of which 10 000 are drawn: near the t-test, as it is for such values.
    expect(Math.abs(more.p - unpairedEffect(first, second)!.p!)).toBeLessThan(0.03);
    expect(divisionTest([1, 2, 3], [4, 5, 6]).mid).toBeNull();
  });

  function exactSignFlip(differences: number[]): number {
    const observed = Math.abs(mean(differences)) - 1e-12;
    let hits = 0;
    for (let signs = 0; signs < 2 ** differences.length; signs++) {
      const flipped = differences.map((value, i) => ((signs >> i) & 1 ? -value : value));
      if (Math.abs(mean(flipped)) >= observed) hits++;
    }
    return hits / 2 ** differences.length;
  }
});
