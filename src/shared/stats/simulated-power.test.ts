import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planForDifference, planForEquivalence, planSentence } from './planner.ts';
import { tTestPower } from './power.ts';
import { pairedEffect, unpairedEffect } from './significance.ts';
import { SAMPLES, simulatedPower, simulationError, type Population } from './simulated-power.ts';

interface Golden {
  samples: number;
  cases: { sds: Population['sds']; size: number; n: number; permutation: number; both: number }[];
}
/** Of NumPy and SciPy alone, by `test/golden/simulated-power.py`. */
const golden = JSON.parse(
  readFileSync(new URL('../../../test/golden/simulated-power.json', import.meta.url), 'utf8'),
) as Golden;

describe('power that is simulated', () => {
  it.each(golden.cases)(
    'is that of an independent simulation: $sds, n = $n',
    ({ sds, size, n, ...power }) => {
      for (const test of ['permutation', 'both'] as const) {
        const found = simulatedPower(test, { size, sds }, n);
        // Four standard errors of the difference: one of 15 000 falls outside.
        const error = Math.sqrt(power[test] * (1 - power[test]) * (1 / SAMPLES + 1 / golden.samples));
        expect(Math.abs(found - power[test]), test).toBeLessThanOrEqual(4 * error);
      }
    },
  );

  it('is the same each time, and what no test of so few seeds can find has none', () => {
    const asked: Population = { size: 0.8, sds: [1] };
    expect(simulatedPower('both', asked, 12)).toBe(simulatedPower('both', asked, 12));
    expect(simulatedPower('permutation', { size: 100, sds: [1] }, 5)).toBe(0);
    expect(simulatedPower('permutation', { size: 100, sds: [1, 1] }, 3)).toBe(0);
    expect(simulatedPower('both', { size: 100, sds: [1] }, 6)).toBe(1);
  });

  it('keeps the level where there is no effect', () => {
    for (const sds of [[1], [1, 3]] as const)
      for (const n of [8, 25])
        expect(simulatedPower('permutation', { size: 0, sds }, n)).toBeLessThan(
          0.05 + 2 * simulationError(0.05),
        );
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
      /with 80 % power by the t-test and the permutation test together takes \d+ seeds, .* Simulated, 1000 experiments for each number up to 60 seeds \(beyond, the power of the t-test\): there a power of 80 % is known to ± 2\.5 points, so it may be \d+ to \d+ seeds\. The spread/,
    );
    expect(planSentence(t, 'exact_match')).not.toContain('imulated');
  });

  it('is that of the t-test where there are more seeds than are simulated', () => {
    const plan = planForDifference(effect, 0.003, 'permutation')!;
    const beyond = plan.curve.filter(({ n }) => n > 60);
    expect(beyond.length).toBeGreaterThan(2);
    for (const { n, value } of beyond)
      expect(value).toBeCloseTo(tTestPower((0.003 / plan.spread.value) * Math.sqrt(n), n - 1), 12);
    expect(planForEquivalence(effect, 0.01)).toMatchObject({ test: 't', simulated: null });
  });

  it('of two sides goes by what each of them varies', () => {
    const unpaired = unpairedEffect([0.31, 0.36, 0.28, 0.35, 0.33], [0.27, 0.28, 0.29, 0.26, 0.3])!;
    const plan = planForDifference(unpaired, 0.04, 'permutation')!;
    const { n, value } = plan.curve.find((point) => point.n >= 6)!;
    const sds = [unpaired.sd_first, unpaired.sd_second] as const;
    expect(value).toBe(simulatedPower('permutation', { size: 0.04, sds }, n));
  });
});
