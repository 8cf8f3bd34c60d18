/** What the effects of experiments are called, and which subsets they compare. */
import type { Moment } from './final-values.ts';
import { subsetTitle, type TestSubset } from '../subsets.ts';

export type EffectName = 'iml' | 'stage1';

/** The subsets of each effect: how much better the first did than the second. */
export const EFFECT_SUBSETS = {
  iml: ['d1consis', 'd2consis'],
  stage1: ['qd1consis', 'qd2incons'],
} as const satisfies Record<EffectName, [TestSubset, TestSubset]>;

/** The subsets of an effect, and when they are compared. */
export function comparedBy(effect: EffectName): { first: TestSubset; second: TestSubset; at: Moment } {
  const [first, second] = EFFECT_SUBSETS[effect];
  return { first, second, at: effect === 'iml' ? 'stage2' : 'stage1' };
}

export const EFFECT_NAMES: Record<EffectName, string> = { iml: 'IML effect', stage1: 'Stage-1 effect' };

/** The effect that a difference is, where it is one of those with a name; else null. */
export function effectOf(of: { first: TestSubset; second: TestSubset; at: Moment }): EffectName | null {
  const is = (name: EffectName) => {
    const { first, second, at } = comparedBy(name);
    return of.first === first && of.second === second && of.at === at;
  };
  return (Object.keys(EFFECT_NAMES) as EffectName[]).find(is) ?? null;
}

/** A moment in words. */
export const MOMENTS: Record<Moment, string> = { stage1: 'after stage 1', stage2: 'at the end' };
/** The same at the head of a column. */
export const MOMENT_TITLES: Record<Moment, string> = { stage1: 'After stage 1', stage2: 'At the end' };

/** What is subtracted from what, and when: `Ḋ₅ᶜᵒⁿˢ (d1consis) − D̄₆ᶜᵒⁿˢ (d2consis) at the end`. */
export function contrastWords(of: { first: TestSubset; second: TestSubset; at: Moment }): string {
  return `${subsetTitle(of.first)} − ${subsetTitle(of.second)} ${MOMENTS[of.at]}`;
}
