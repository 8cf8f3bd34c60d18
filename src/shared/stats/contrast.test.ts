import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRIC_TESTS } from '../records.ts';
import { TEST_SUBSETS } from '../subsets.ts';
import { contrastWords } from './effect-names.ts';
import { contrastEffect, contrastNamed, contrastOf, contrastTitle } from './contrast.ts';
import { HEADLINE_CONTRASTS } from './headline-contrasts.ts';
import { effectBetween, effectsOf } from './effects.ts';
import type { RunEvaluations } from '../records.ts';

const contrasts = fc
  .record({
    first: fc.constantFrom(...TEST_SUBSETS),
    second: fc.constantFrom(...TEST_SUBSETS),
    at: fc.constantFrom('stage1' as const, 'stage2' as const),
    test: fc.constantFrom(...METRIC_TESTS),
  })
  .filter(({ first, second }) => first !== second);

describe('contrasts', () => {
  it('any is read as it is written', () => {
    fc.assert(
      fc.property(contrasts, (of) => {
        const contrast = contrastOf(of);
        expect(contrastNamed(contrast.id)).toEqual(contrast);
        expect(contrast).toMatchObject(of);
      }),
    );
  });

  it('those with a name have it', () => {
    expect(HEADLINE_CONTRASTS.map((name) => contrastTitle(contrastNamed(name)))).toEqual([
      'IML effect',
      'Stage-1 effect',
    ]);
    expect(contrastNamed('d1consis-d2consis').id).toBe('iml');
    expect(contrastNamed('qd1consis-qd2incons@stage1/association').id).toBe('stage1/association');
    expect(contrastTitle(contrastNamed('iml/association'))).toBe('IML effect (association)');
    expect(contrastTitle(contrastNamed('d1consis-q@stage1'))).toBe('d1consis − q after stage 1');
    expect(contrastWords(contrastNamed('iml'))).toBe('Ḋ₅ᶜᵒⁿˢ (d1consis) − D̄₆ᶜᵒⁿˢ (d2consis) at the end');
  });

  it.each(['', 'foo', 'd1consis', 'd1consis-d1consis', 'iml/nothing', 'iml/letters/x', 'd1consis-q@stage3'])(
    '%j is none, and it is said what would be',
    (text) => {
      expect(() => contrastNamed(text)).toThrow(/effect ".*" is none; give iml, stage1, or two subsets/);
    },
  );

  it('are found where effects have them, and measured where not', () => {
    const runs = [3, 4, 5].map((seed) => run(seed));
    const effects = effectsOf(runs);
    const unasked = () => {
      throw new Error('nothing has to be measured');
    };
    expect(contrastEffect(contrastNamed('iml'), effects, unasked)).toBe(effects.effects.iml);
    const other = contrastNamed('q-d2consis');
    expect(contrastEffect(other, effects, () => runs)).toEqual(
      effectBetween(runs, { first: 'q', second: 'd2consis', at: 'stage2' }, 'exact_match'),
    );
    expect(contrastEffect(other, effects, () => runs)?.mean).toBeCloseTo(0.3, 12);
    // What no run was asked is nothing, not zero.
    expect(contrastEffect(contrastNamed('q-d2consis/letters'), effects, () => runs)).toBeNull();
  });
});

/** One finished run whose end was measured on three subsets. */
function run(seed: number): RunEvaluations {
  const values = { d1consis: 0.5, d2consis: 0.1 + seed / 100, q: 0.4 + seed / 100 };
  const metrics = Object.entries(values).map(([subset, exact_match]) => ({
    ...{ subset, test: 'questions', count: 10, exact_match },
  }));
  return {
    run: { id: seed, seed, state: 'done', stage1_epoch: null },
    evaluations: [
      { stage: 'stage1', epoch: 1, metrics },
      { stage: 'stage2', epoch: 1, metrics },
    ],
  } as unknown as RunEvaluations;
}
