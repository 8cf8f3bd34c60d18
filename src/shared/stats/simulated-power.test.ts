import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planSentence } from './plan-text.ts';
import { mean } from './describe.ts';
import { planForAll, planForDifference, planForEquivalence } from './planner.ts';
import { tTestPower } from './power.ts';
import { pairedEffect, unpairedEffect } from './significance.ts';
import type { PlannedTest } from './planned-tests.ts';
import {
  SAMPLES,
  simulatedPower,
  simulationError,
  type Goal,
  type Member,
  type Mix,
} from './simulated-power.ts';
import { membersOf } from './varying-together.ts';

type Powers = Record<'permutation' | 'both', number>;

interface Golden {
  samples: number;
  cases: (Powers & { sds: number[]; size: number; n: number })[];
  equivalence: (Powers & { sds: number[]; size: number; n: number; t: number; samples: number })[];
  families: (Powers & { covariance: number[][]; sizes: number[]; n: number; t: number; samples: number })[];
  baselines: { sds: number[]; base: number; sizes: number[]; n: number; t: number; samples: number }[];
}
/** Of NumPy and SciPy alone, by `test/golden/simulated-power.py`. */
const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/simulated-power.json', import.meta.url), 'utf8'),
) as Golden;

const alone = (size: number, sds: readonly number[]): Member[] => [
  { size, sides: sds.map((weight, source) => [{ source, weight }]) as unknown as Member['sides'] },
];

function power(test: PlannedTest, members: readonly Member[], n: number, goal: Goal = 'difference'): number {
  return simulatedPower({ test, goal, members }, n);
}

/** Four standard errors of the difference: one of 15 000 falls outside. */
function expectAbout(found: number, share: number, samples: number, what: string): void {
  const error = Math.sqrt(share * (1 - share) * (1 / SAMPLES + 1 / samples));
  expect(Math.abs(found - share), what).toBeLessThanOrEqual(4 * error);
}

/** Members with a covariance, by Cholesky's decomposition. */
function varyingWith(covariance: readonly number[][], sizes: readonly number[]): Member[] {
  const lower: number[][] = [];
  for (const [i, row] of covariance.entries()) {
    lower.push([]);
    for (let j = 0; j <= i; j++) {
      const known = lower[i]!.reduce((sum, value, k) => sum + value * (lower[j]![k] ?? 0), 0);
      lower[i]!.push(i === j ? Math.sqrt(row[j]! - known) : (row[j]! - known) / lower[j]![j]!);
    }
  }
  return sizes.map((size, i) => ({ size, sides: [lower[i]!.map((weight, source) => ({ source, weight }))] }));
}

describe('power that is simulated', () => {
  it.each(golden.cases)('is that of an independent simulation: $sds, n = $n', ({ sds, size, n, ...of }) => {
    for (const test of ['permutation', 'both'] as const)
      expectAbout(power(test, alone(size, sds), n), of[test], golden.samples, test);
  });

  it.each(golden.equivalence)('of equivalence, too: $sds, n = $n', ({ sds, size, n, samples, ...of }) => {
    for (const test of ['t', 'permutation', 'both'] as const)
      expectAbout(power(test, alone(size, sds), n, 'equivalence'), of[test], samples, test);
  });

  it.each(golden.families)(
    'of several differences of the same seeds, all found after Holm: $sizes, n = $n',
    ({ covariance, sizes, n, samples, ...of }) => {
      const members = varyingWith(covariance, sizes);
      for (const test of ['t', 'permutation', 'both'] as const)
        expectAbout(power(test, members, n), of[test], samples, test);
    },
  );

  it.each(golden.baselines)(
    'of several against one baseline of other seeds: $sizes, n = $n',
    ({ sds, base, sizes, n, t, samples }) => {
      const members = sizes.map((size, i): Member => ({
        size,
        sides: [[{ source: i + 1, weight: sds[i]! }], [{ source: 0, weight: base }]],
      }));
      expectAbout(power('t', members, n), t, samples, 't');
    },
  );

  it('is the same each time, and what no test of so few seeds can find has none', () => {
    const asked = alone(0.8, [1]);
    expect(power('both', asked, 12)).toBe(power('both', asked, 12));
    expect(power('permutation', alone(100, [1]), 5)).toBe(0);
    expect(power('permutation', alone(100, [1, 1]), 3)).toBe(0);
    expect(power('both', alone(100, [1]), 6)).toBe(1);
    expect(power('permutation', alone(100, [1]), 4, 'equivalence')).toBe(0);
    expect(power('permutation', alone(100, [1]), 5, 'equivalence')).toBe(1);
  });

  it('keeps the level where there is no effect', () => {
    for (const sds of [[1], [1, 3]])
      for (const n of [8, 25])
        expect(power('permutation', alone(0, sds), n)).toBeLessThan(0.05 + 2 * simulationError(0.05));
  });
});

describe('a plan for another test', () => {
  const nine = [1.4, -0.2, 1.9, 0.1, 1.2, 0.7, 0.4, -0.5, 1.1].map((value) => value / 50);
  const effect = pairedEffect(nine, Array<number>(nine.length).fill(0))!;

  it('takes about as many seeds as the t-test, and says what the simulation leaves open', () => {
    const [t, both] = [planForDifference(effect)!, planForDifference(effect, undefined, 'both')!];
    expect([t.test, t.simulated, both.test]).toEqual(['t', null, 'both']);
    const { needed, samples } = both.simulated!;
    expect(samples).toBe(SAMPLES);
    expect(needed.low).toBeLessThanOrEqual(t.needed.value!);
    expect(needed.high).toBeGreaterThanOrEqual(t.needed.value!);
    expect(both.needed.value).toBeGreaterThanOrEqual(needed.low!);
    expect(both.needed.value).toBeLessThanOrEqual(needed.high!);
    // Power at what is needed, from an own look at the curve.
    const at = both.curve.find(({ n }) => n === both.needed.value)!;
    expect(at.value).toBeGreaterThanOrEqual(0.8);
    expect(planSentence(both, 'exact_match')).toMatch(
      /with 80 % power by the t-test and the permutation test together takes \d+ seeds, .* Of fewer than 6 pairs, .* alone\. Simulated, 1000 experiments for each number up to 60 seeds \(beyond, the power of the t-test\): there a power of 80 % is known to ± 2\.5 points, so it may be \d+ to \d+ seeds\. The spread/,
    );
    expect(planSentence(t, 'exact_match')).not.toContain('imulated');
  });

  it('for both goes by the t-test alone of so few seeds that no permutation test can agree, and says so', () => {
    const two = unpairedEffect([0.31, 0.36, 0.28, 0.35, 0.33], [0.27, 0.28, 0.29, 0.26, 0.3])!;
    for (const [seen, sides, difference, equivalence, unit] of [
      [effect, 1, 6, 5, 'pairs'],
      [two, 2, 4, 4, 'seeds on each side'],
    ] as const)
      for (const [goal, plan, below] of [
        ['difference', planForDifference(seen, 0.02, 'both')!, difference],
        ['equivalence', planForEquivalence(seen, 0.02, 'both')!, equivalence],
      ] as const) {
        expect(plan.t_alone).toEqual([{ paired: sides === 1, below }]);
        expect(planSentence(plan, 'exact_match')).toContain(
          `Of fewer than ${below} ${unit}, no permutation test can be below 5 %: there the t-test decides alone.`,
        );
        const asked = alone(100, sides === 1 ? [1] : [1, 1]);
        const found = (n: number) => [power('both', asked, n, goal), power('permutation', asked, n, goal)];
        expect([found(below - 1), found(below)]).toEqual([
          [1, 0],
          [1, 1],
        ]);
      }
    expect(planForDifference(effect, 0.02, 'permutation')!.t_alone).toEqual([]);
    expect(planForDifference(effect, 0.02)!.t_alone).toEqual([]);
  });

  it('is that of the t-test where there are more seeds than are simulated', () => {
    const plan = planForDifference(effect, 0.003, 'permutation')!;
    const beyond = plan.curve.filter(({ n }) => n > 60);
    expect(beyond.length).toBeGreaterThan(2);
    for (const { n, value } of beyond)
      expect(value).toBeCloseTo(tTestPower((0.003 / plan.spread!.value) * Math.sqrt(n), n - 1), 12);
  });

  it('of two sides goes by what each of them varies', () => {
    const unpaired = unpairedEffect([0.31, 0.36, 0.28, 0.35, 0.33], [0.27, 0.28, 0.29, 0.26, 0.3])!;
    const plan = planForDifference(unpaired, 0.04, 'permutation')!;
    const { n, value } = plan.curve.find((point) => point.n >= 6)!;
    const sds = [unpaired.sd_first, unpaired.sd_second] as const;
    expect(value).toBe(power('permutation', alone(0.04, sds), n));
  });

  it('to show that there is no effect goes by permutation tests as well', () => {
    expect(planForEquivalence(effect, 0.03)).toMatchObject({ test: 't', simulated: null });
    const both = planForEquivalence(effect, 0.03, 'both')!;
    const { n, value } = both.curve.find((point) => point.n >= 8)!;
    expect(value).toBe(power('both', alone(0.03, [both.spread!.value]), n, 'equivalence'));
    expect(planSentence(both, 'exact_match')).toMatch(
      /^To show that no effect is larger than 3\.0 points, where there is none, with 80 % power by the t-test and the permutation test together takes /,
    );
  });
});

describe('a plan for several differences at once', () => {
  const per = (first: number[], second: number[]) =>
    first.map((value, seed) => ({ seed, first: value, second: second[seed]! }));
  const base = [0.31, 0.36, 0.28, 0.35, 0.33, 0.3, 0.27, 0.34];
  const one = [0.36, 0.37, 0.31, 0.42, 0.35, 0.37, 0.3, 0.37];
  const other = [0.35, 0.45, 0.33, 0.43, 0.36, 0.41, 0.29, 0.44];
  const paired = [one, other].map((second, i) => ({
    ...{ paired: true, first: 1, second: i + 2, per_seed: per(base, second) },
    difference: pairedEffect(second, base)!,
  }));
  const apart = [one, other].map((second, i) => ({
    ...{ paired: false, first: 1, second: i + 2, per_seed: per(base, second) },
    difference: unpairedEffect(second, base)!,
  }));

  it('has differences that vary together as they did so far', () => {
    const covariance = (a: number[], b: number[]) => {
      const [x, y] = [mean(a), mean(b)];
      return a.reduce((sum, value, i) => sum + (value - x) * (b[i]! - y), 0) / (a.length - 1);
    };
    const shared = (a: Mix, b: Mix) =>
      a.reduce((sum, { source, weight }) => {
        const same = b.find((each) => each.source === source);
        return sum + weight * (same?.weight ?? 0);
      }, 0);
    const gaps = [one, other].map((of) => of.map((value, i) => value - base[i]!));
    const [a, b] = membersOf(paired);
    expect(shared(a!.sides[0], a!.sides[0])).toBeCloseTo(covariance(gaps[0]!, gaps[0]!), 12);
    expect(shared(b!.sides[0], b!.sides[0])).toBeCloseTo(covariance(gaps[1]!, gaps[1]!), 12);
    expect(shared(a!.sides[0], b!.sides[0])).toBeCloseTo(covariance(gaps[0]!, gaps[1]!), 12);
    // Not paired they share the baseline alone.
    const [c, d] = membersOf(apart);
    expect(shared(c!.sides[1]!, d!.sides[1]!)).toBeCloseTo(covariance(base, base), 12);
    expect(shared(c!.sides[0], d!.sides[0])).toBe(0);
    expect(membersOf(paired, 0.02).map(({ size }) => size)).toEqual([0.02, 0.02]);
  });

  it('takes no fewer seeds than any of them alone, and says so', () => {
    for (const differences of [paired, apart]) {
      const all = planForAll(differences, { goal: 'difference' })!;
      const each = differences.map(({ difference }) => planForDifference(difference)!.needed.value!);
      expect(all).toMatchObject({ family: 2, size: null, as_seen: true, spread: null, test: 't' });
      expect(all.needed.value!).toBeGreaterThanOrEqual(Math.max(...each));
      for (const [i, { value }] of all.curve.entries())
        if (i > 0) expect(value).toBeGreaterThanOrEqual(all.curve[i - 1]!.value - 0.03);
    }
    const all = planForAll(paired, { goal: 'difference' })!;
    expect(planSentence(all, 'exact_match')).toMatch(
      /^To show all 2 at once, each as large as the one seen, with p corrected for all 2 \(Holm\), with 80 % power takes \d+ seeds, .*Simulated, 1000 experiments for each number up to 60 seeds \(beyond, t-tests of spreads taken as known\)/,
    );
    const none = planForAll(paired, { goal: 'equivalence', size: 0.1, test: 'both' })!;
    expect(planSentence(none, 'exact_match')).toMatch(
      /^To show of all 2 at once that none is larger than 10\.0 points, where there are none, with p corrected for all 2 \(Holm\), with 80 % power by the t-test and the permutation test together takes /,
    );
  });

  it('is none of fewer than two that can be tested, or where one of them is nothing', () => {
    expect(planForAll(paired.slice(1), { goal: 'difference' })).toBeNull();
    const still = { ...paired[0]!, difference: pairedEffect(base, base)! };
    expect(planForAll([still, paired[1]!], { goal: 'difference' })).toBeNull();
  });
});
