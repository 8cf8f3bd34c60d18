import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bootstrapIndices,
  bootstrapInterval,
  interquartileMean,
  mean,
  resampledMeans,
  sd,
} from './describe.ts';
import { percentileInterval } from './resamples.ts';
import { noncentralTCdf, pairedTPower, seedsForPower } from './power.ts';
import { holm, pairedEffect, signFlipTest, unpairedEffect, welch } from './significance.ts';

interface TestCase {
  first: number[];
  second: number[];
  t: number;
  df: number;
  p: number;
  p_one_sided: number;
}

/** Made by test/golden/statistics.py with SciPy. */
interface Golden {
  paired: (TestCase & {
    mean: number;
    sd: number;
    interquartile_mean: number;
    probability_of_improvement: number;
    p_permutation?: number;
  })[];
  welch: TestCase[];
  bootstrap: { values: number[]; indices: number[]; low: number; high: number }[];
  scipy_bootstrap: { values: number[]; low: number; high: number }[];
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
    if (expected.p_permutation !== undefined)
      expect(effect.p_permutation).toBeCloseTo(expected.p_permutation, 12);
  });

  it.each(golden.welch)('Welch with $first.length and $second.length seeds', (expected) => {
    const result = welch(expected.first, expected.second);
    expect(result.t).toBeCloseTo(expected.t, 8);
    expect(result.df).toBeCloseTo(expected.df, 8);
    expect(result.p).toBeCloseTo(expected.p, 10);
    expect(result.p_one_sided).toBeCloseTo(expected.p_one_sided, 10);
  });

  it.each(golden.bootstrap)('percentile bootstrap of $values.length seeds, same resamples', (expected) => {
    const { low, high } = percentileInterval(
      resampledMeans(expected.values, Uint32Array.from(expected.indices)),
    );
    expect(low).toBeCloseTo(expected.low, 12);
    expect(high).toBeCloseTo(expected.high, 12);
  });

  it('few seeds: each distinct resample worked out once gives what sorting all of them gives', () => {
    const value = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 9 }), (values) => {
        const { low, high } = bootstrapInterval(values)!;
        const sorted = resampledMeans(values, bootstrapIndices(values.length)).sort();
        const between = (rank: number) =>
          sorted[Math.floor(rank)] + (rank % 1) * (sorted[Math.ceil(rank)] - sorted[Math.floor(rank)]);
        expect(low).toBeCloseTo(between(0.025 * (sorted.length - 1)), 12);
        expect(high).toBeCloseTo(between(0.975 * (sorted.length - 1)), 12);
      }),
    );
  });

  it.each(golden.scipy_bootstrap)('bootstrap of $values.length seeds, own resamples', (expected) => {
    const interval = bootstrapInterval(expected.values)!;
    expect(Math.abs(interval.low - expected.low)).toBeLessThan(0.04 * sd(expected.values));
    expect(Math.abs(interval.high - expected.high)).toBeLessThan(0.04 * sd(expected.values));
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
  it('an interval holds its mean, lies within the values and repeats exactly', () => {
    fc.assert(
      fc.property(accuracies, (values) => {
        const interval = bootstrapInterval(values)!;
        expect(interval.low).toBeLessThanOrEqual(interval.mean + 1e-12);
        expect(interval.high).toBeGreaterThanOrEqual(interval.mean - 1e-12);
        expect(interval.low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
        expect(interval.high).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
        expect(bootstrapInterval(values)).toEqual(interval);
      }),
      { numRuns: 60 },
    );
  });

  it('swapping the conditions mirrors the effect', () => {
    fc.assert(
      fc.property(pairs, (values) => {
        const first = values.map(([a]) => a / 480);
        const second = values.map(([, b]) => b / 480);
        const effect = pairedEffect(first, second)!;
        const mirrored = pairedEffect(second, first)!;
        expect(mirrored.mean).toBeCloseTo(-effect.mean, 12);
        expect(mirrored.p === null).toBe(effect.p === null);
        if (effect.p !== null) {
          expect(mirrored.p).toBeCloseTo(effect.p, 12);
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

  it('one seed: the interval is the value and there is no p', () => {
    const effect = pairedEffect([0.5], [0.25])!;
    expect(effect).toMatchObject({ mean: 0.25, low: 0.25, high: 0.25, n: 1, p: null, t: null, dz: null });
    finite(effect);
  });

  it('the same difference in every seed, up to rounding: no p', () => {
    const effect = pairedEffect([0.3, 0.4, 0.7], [0.2, 0.3, 0.6])!;
    expect(effect).toMatchObject({ p: null, p_one_sided: null, p_permutation: null, seeds_needed: null });
    expect(effect.high - effect.low).toBeLessThan(1e-12);
    finite(effect);
  });

  it('no seeds: no effect', () => {
    expect(pairedEffect([], [])).toBeNull();
    expect(unpairedEffect([], [0.1])).toBeNull();
    expect(bootstrapInterval([])).toBeNull();
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

  it('untestable comparisons do not count in Holm’s family', () => {
    expect(holm([0.01, null, 0.04])).toEqual([0.02, null, 0.04]);
  });

  it('no effect at all needs more seeds than there are', () => {
    expect(seedsForPower(0)).toBeNull();
  });

  it('above 16 seeds random flips approach the exact test', () => {
    const differences = Array.from({ length: 17 }, (_, i) => Math.sin(i * 7) + 0.3);
    const exact = exactSignFlip(differences);
    expect(Math.abs(signFlipTest(differences) - exact)).toBeLessThan(0.015);
    expect(signFlipTest(differences.map(() => 1))).toBe(1 / 10_001);
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
