/** What the effects of experiments are called, and which subsets they compare. */
import type { Moment } from './effects.ts';
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

/** What two subsets are compared for, where that is one of the effects that experiments are about; else null. */
export function effectOf(first: TestSubset, second: TestSubset): EffectName | null {
  const names = Object.keys(EFFECT_SUBSETS) as EffectName[];
  return names.find((name) => EFFECT_SUBSETS[name].join() === [first, second].join()) ?? null;
}

/** What an effect is the difference of: `Ḋ₅ᶜᵒⁿˢ (d1consis) − D̄₆ᶜᵒⁿˢ (d2consis), at the end`. */
export function contrastText(effect: EffectName): string {
  const { first, second, at } = comparedBy(effect);
  return `${subsetTitle(first)} − ${subsetTitle(second)}, ${at === 'stage1' ? 'after stage 1' : 'at the end'}`;
}
