/** Effect sizes, equivalence and the planning of seeds, against SciPy and statsmodels and by simulation. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../random.ts';
import { effectSizeText, pairedEffectSize, unpairedEffectSize } from './effect-size.ts';
import { equivalenceOf, equivalenceSentence, sizeOf, sizeText } from './equivalence.ts';
import { planSentence, powerText } from './plan-text.ts';
import { planForDifference, planForEquivalence } from './planner.ts';
import { equivalencePower, noncentralityInterval, noncentralTCdf, tTestPower } from './power.ts';
import { pairedEffect, unpairedEffect } from './significance.ts';

interface Sides {
  first: number[];
  second: number[];
}

/** Made by test/golden/statistics.py with SciPy and statsmodels. */
interface Golden {
  effect_size: (Sides & { paired: boolean; g: number; low: number; high: number })[];
  equivalence: (Sides & { paired: boolean; margin: number; p: number; interval: [number, number] })[];
  equivalence_power: { reach: number; df: number; power: number }[];
  plan: (Sides & {
    size: number;
    equivalent: boolean;
    spread: [number, number, number];
    needed: [number | null, number | null, number | null];
    power_at_12: number;
  })[];
  power_two_sides: { d: number; n: number; power: number }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/statistics.json', import.meta.url), 'utf8'),
) as Golden;

/** Of NumPy and SciPy alone, by `test/golden/simulated-power.py`. */
const { mids } = JSON.parse(
  readFileSync(new URL('../../../test/golden/simulated-power.json', import.meta.url), 'utf8'),
) as { mids: (Sides & { paired: boolean; margin: number; mid: number })[] };

const effectOf = ({ first, second }: Sides, paired: boolean) =>
  (paired ? pairedEffect(first, second) : unpairedEffect(first, second))!;

describe('against SciPy and statsmodels', () => {
  it.each(golden.effect_size)('Hedges’ g, paired $paired: $g', ({ first, second, paired, g, low, high }) => {
    const found = (paired ? pairedEffectSize : unpairedEffectSize)(first, second)!;
    expect(found.g).toBeCloseTo(g, 9);
    expect(found.low).toBeCloseTo(low, 4);
    expect(found.high).toBeCloseTo(high, 4);
  });

  it.each(golden.equivalence)('two one-sided tests, paired $paired, margin $margin', (expected) => {
    const found = equivalenceOf(effectOf(expected, expected.paired), expected.margin);
    expect(found.p).toBeCloseTo(expected.p, 10);
    expect(found.interval.low).toBeCloseTo(expected.interval[0], 10);
    expect(found.interval.high).toBeCloseTo(expected.interval[1], 10);
  });

  it.each(mids)('permutation tests of equivalence, paired $paired, margin $margin', (expected) => {
    const { paired, margin, mid } = expected;
    const found = equivalenceOf(effectOf(expected, paired), margin, expected);
    expect(found.p_permutation_mid).toBeCloseTo(mid, 12);
    // Turned round it is the same.
    const turned = { paired, first: expected.second, second: expected.first };
    expect(equivalenceOf(effectOf(turned, paired), margin, turned).p_permutation_mid).toBeCloseTo(mid, 12);
  });

  it.each(golden.equivalence_power)(
    'their power at $reach standard errors, df $df',
    ({ reach, df, power }) => {
      expect(equivalencePower(reach, df)).toBeCloseTo(power, 5);
    },
  );

  it.each(golden.plan)('seeds for $size, equivalence $equivalent', (expected) => {
    const effect = pairedEffect(expected.first, expected.second)!;
    const plan = (expected.equivalent ? planForEquivalence : planForDifference)(effect, expected.size)!;
    const { needed } = plan;
    const spread = plan.spread!;
    [spread.value, spread.low, spread.high].forEach((sd, i) =>
      expect(sd).toBeCloseTo(expected.spread[i], 10),
    );
    expect([needed.value, needed.low, needed.high]).toEqual(expected.needed);
    const twelve = plan.curve.find(({ n }) => n === 12);
    expect(twelve?.value).toBeCloseTo(expected.power_at_12, 5);
  });

  it.each(golden.power_two_sides)('power of two groups of $n at d $d', ({ d, n, power }) => {
    expect(tTestPower(d * Math.sqrt(n / 2), 2 * n - 2)).toBeCloseTo(power, 6);
  });
});

describe('simulated experiments', () => {
  /** Differences of `n` seeds around a true one, in standard deviations. */
  const draw = (random: ReturnType<typeof randomStream>, n: number, truth: number) =>
    Array.from({ length: n }, () => truth + random.normal());
  const zeros = (n: number) => Array<number>(n).fill(0);

  it.each([
    [4, 0],
    [6, 1.2],
    [10, 0.5],
  ])('%i seeds, δ = %d: the interval of δ covers 93 to 97 of 100', (n, truth) => {
    const random = randomStream(0, 'effect sizes', n);
    let held = 0;
    for (let i = 0; i < 1000; i++) {
      const { low, high } = pairedEffectSize(draw(random, n, truth), zeros(n))!;
      if (low <= truth && truth <= high) held++;
    }
    expect(held / 1000).toBeGreaterThan(0.93);
    expect(held / 1000).toBeLessThan(0.97);
  });

  it.each([5, 8, 20])('%i seeds: g has no bias', (n) => {
    const random = randomStream(0, 'bias of g', n);
    let sum = 0;
    for (let i = 0; i < 400; i++) sum += pairedEffectSize(draw(random, n, 0.8), zeros(n))!.g;
    expect(Math.abs(sum / 400 - 0.8)).toBeLessThan(0.1);
  });

  it.each([
    ['paired', 5, 1.5],
    ['paired', 8, 1],
    ['welch', 4, 1.6],
  ] as const)(
    '%s, %i seeds, margin %d: at most 6 of 100 effects as large as the margin are called smaller',
    (how, n, margin) => {
      const random = randomStream(0, 'equivalence', how, n);
      let claimed = 0;
      for (let i = 0; i < 3000; i++) {
        // The truth lies on the margin: the worst case, in which 5 % may be called smaller.
        const first = draw(random, n, margin);
        const effect =
          how === 'paired' ? pairedEffect(first, zeros(n))! : unpairedEffect(first, draw(random, n + 1, 0))!;
        if (equivalenceOf(effect, margin).p! < 0.05) claimed++;
      }
      expect(claimed / 3000).toBeLessThan(0.06);
    },
  );

  it('the power that a plan tells is the power that there is', () => {
    const plan = planForDifference(pairedEffect([1.4, -0.2, 1.9, 0.1, 1.2, 0.7], zeros(6))!)!;
    const { n, value } = plan.curve.find(({ value: power }) => power > 0.7)!;
    const random = randomStream(0, 'power');
    let found = 0;
    for (let i = 0; i < 1500; i++) {
      const differences = draw(random, n, plan.size! / plan.spread!.value);
      if (pairedEffect(differences, zeros(n))!.p! < 0.05) found++;
    }
    expect(Math.abs(found / 1500 - value)).toBeLessThan(0.035);
  });

  it('an interval of the noncentrality is where the distribution function says', () => {
    fc.assert(
      fc.property(fc.double({ min: -40, max: 40, noNaN: true }), fc.integer({ min: 2, max: 60 }), (t, df) => {
        const { low, high } = noncentralityInterval(t, df);
        expect(noncentralTCdf(t, df, low)).toBeCloseTo(0.975, 4);
        expect(noncentralTCdf(t, df, high)).toBeCloseTo(0.025, 4);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a plan', () => {
  const six = pairedEffect([0.05, 0.02, 0.04, 0.01, 0.03, 0.02], Array<number>(6).fill(0))!;

  it('has power that grows with seeds, and within the ends of the spread', () => {
    const plans = [planForDifference(six)!, planForDifference(six, 0.01)!, planForEquivalence(six, 0.02)!];
    for (const { curve, needed } of plans) {
      for (const [i, { n, value, low, high }] of curve.entries()) {
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        if (i > 0) expect(value).toBeGreaterThanOrEqual(curve[i - 1].value - 1e-9);
        expect(value >= 0.8).toBe(n >= needed.value!);
      }
    }
  });

  it.each([
    [0.8, '80 %'],
    [0.7996, '79 %'],
    [0.57, '57 %'],
    [0.29, '29 %'],
    [0.997, 'over 99 %'],
    [1, 'over 99 %'],
  ])('writes a power of %d as %s, never as more than it is', (power, text) =>
    expect(powerText(power)).toBe(text),
  );

  it('says how many, how sure that is, and what is assumed', () => {
    expect(planSentence(planForDifference(six, 0.01)!, 'exact_match')).toMatch(
      /^To show an effect of 1\.0 points with 80 % power takes 20 seeds, 14 more than there are\. The spread over the 6 seeds so far leaves 9 to 105 seeds possible \(95 % interval\)\.$/,
    );
    expect(planSentence(planForDifference(six)!, 'exact_match')).toContain(
      '2.8 points, as large as the one seen,',
    );
    expect(planSentence(planForEquivalence(six, 0.05)!, 'exact_match')).toMatch(
      /^To show that no effect is larger than 5\.0 points, where there is none, .* there are 6\./,
    );
    const apart = unpairedEffect([0.05, 0.02, 0.04], [0.01, 0.03, 0.02, 0.04])!;
    expect(planSentence(planForDifference(apart, 1e-5)!, 'mse')).toContain(
      'more than 1000 seeds on each side.',
    );
  });

  it('is none where there is no spread, or nothing to find', () => {
    expect(planForDifference(pairedEffect([0.1], [0])!)).toBeNull();
    expect(planForDifference(pairedEffect([0.1, 0.1], [0, 0])!)).toBeNull();
    expect(planForDifference(pairedEffect([0.1, -0.1], [0, 0])!)).toBeNull();
  });
});

describe('in words', () => {
  const small = pairedEffect([0.004, -0.002, 0.003, 0.001, -0.001, 0.002], Array<number>(6).fill(0))!;

  it('no effect larger than a margin is said only where both one-sided tests say so', () => {
    expect(equivalenceSentence(equivalenceOf(small, 0.01), 'exact_match')).toMatch(
      /^No effect larger than 1\.0 points in either direction \(two one-sided tests, p < 0\.001, 90 % interval −0\.1 to 0\.3\)\.$/,
    );
    expect(equivalenceSentence(equivalenceOf(small, 0.002), 'exact_match')).toMatch(
      /^An effect larger than 0\.2 points is not ruled out \(two one-sided tests, p = 0\.\d+, /,
    );
    const found = { ...equivalenceOf(small, 0.01), p_permutation_mid: 0.08 };
    expect(equivalenceSentence(found, 'exact_match')).toMatch(
      /^An effect larger than 1\.0 points is not ruled out \(.*\)\. The permutation tests do not confirm it \(p = 0\.080\)\.$/,
    );
    const one = equivalenceOf(pairedEffect([0.1], [0])!, 0.01);
    expect(equivalenceSentence(one, 'mse')).toBe('Whether it is smaller than 0.01 cannot be tested.');
  });

  it('a margin is said as it was given: one of 0.04 points is not 0.0, one of 2.04 not 2.0', () => {
    for (const [written, said] of [
      ['0.04', '0.04 points'],
      ['2.04', '2.04 points'],
      ['2', '2.0 points'],
    ] as const) {
      const margin = sizeOf(written, '--margin', 'exact_match');
      expect(equivalenceSentence(equivalenceOf(small, margin), 'exact_match')).toContain(
        ` effect larger than ${said} `,
      );
    }
    expect(sizeText(0.001_234, 'mse')).toBe('0.001234');
    expect(sizeText(4e-7, 'mse')).toBe('4.0e-7');
  });

  it('sizes are points of a share, or the metric’s own unit', () => {
    expect(sizeOf('2', '--margin', 'exact_match')).toBe(0.02);
    expect(sizeOf('.5', '--margin', 'exact_match')).toBe(0.005);
    expect(sizeOf('2e-3', '--margin', 'mse')).toBe(0.002);
    for (const text of ['', '0', '-1', 'two', '101', '1e3', 'NaN', 'Infinity', '1,5'])
      expect(() => sizeOf(text, '--margin', 'exact_match')).toThrow(
        /^--margin: ".*" is no size of an effect; /,
      );
  });

  it('effect sizes are written with two digits; two seeds have none', () => {
    expect(effectSizeText({ g: -1.237, low: -2, high: 0.004 })).toBe(
      'Hedges’ g = −1.24 (95 % interval −2.00 to 0.00)',
    );
    expect(pairedEffectSize([0.1, 0.2], [0, 0])).toBeNull();
    expect(pairedEffectSize([1, 1, 1], [0, 0, 0])).toBeNull();
    expect(unpairedEffectSize([1], [0, 0.5])).toBeNull();
  });
});
