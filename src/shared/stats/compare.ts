/** The effects of two experiments against each other: paired where they share seeds, Welch's otherwise. */
import type { Effects, TagEffect } from './effects.ts';
import { pointsInterval, pRelation, signedPoints } from './finding.ts';
import { pairedEffect, unpairedEffect, type PairedEffect, type UnpairedEffect } from './significance.ts';

export type EffectName = 'iml' | 'stage1';

export interface EffectComparison {
  effect: EffectName;
  /** Experiment numbers; the difference is second minus first. */
  first: number;
  second: number;
  paired: boolean;
  difference: PairedEffect | UnpairedEffect;
  sentence: string;
}

interface Side {
  experiment: { id: number; name: string };
  effects: Effects;
}

const EFFECT_NAMES: Record<EffectName, string> = { iml: 'IML effect', stage1: 'Stage-1 effect' };

/** Below two shared seeds there is nothing to pair. */
const MIN_PAIRS = 2;

/** Second minus first, for each effect that both measured. */
export function compareEffects(first: Side, second: Side): EffectComparison[] {
  return (['iml', 'stage1'] as const).flatMap((effect) => {
    const a = first.effects.effects[effect];
    const b = second.effects.effects[effect];
    const compared = a && b && differenceOf(a, b);
    if (!compared) return [];
    const sentence = sentenceOf(effect, first, second, compared);
    return [{ effect, first: first.experiment.id, second: second.experiment.id, ...compared, sentence }];
  });
}

function differenceOf(a: TagEffect, b: TagEffect): Pick<EffectComparison, 'paired' | 'difference'> | null {
  const bySeed = new Map(a.per_seed.map(({ seed, difference }) => [seed, difference]));
  const shared = b.per_seed.filter(({ seed }) => bySeed.has(seed));
  const sameSeeds = shared.length === a.per_seed.length && shared.length === b.per_seed.length;
  if (sameSeeds && shared.length >= MIN_PAIRS) {
    const difference = pairedEffect(
      shared.map(({ difference }) => difference),
      shared.map(({ seed }) => bySeed.get(seed)!),
    );
    return difference && { paired: true, difference };
  }
  const values = (effect: TagEffect) => effect.per_seed.map(({ difference }) => difference);
  const difference = unpairedEffect(values(b), values(a));
  return difference && { paired: false, difference };
}

function sentenceOf(
  effect: EffectName,
  first: Side,
  second: Side,
  { paired, difference }: Pick<EffectComparison, 'paired' | 'difference'>,
): string {
  const names = `"${second.experiment.name}" (${second.experiment.id}) against "${first.experiment.name}" (${first.experiment.id})`;
  const numbers = `${signedPoints(difference.mean)} points (95 % interval ${pointsInterval(difference)}`;
  if (difference.p === null)
    return `${EFFECT_NAMES[effect]}, ${names}: ${numbers}); too few seeds for a test.`;
  const verdict = verdictOf(difference);
  const how = paired ? 'paired by seed' : 'Welch, different seeds';
  return `${EFFECT_NAMES[effect]}, ${names}: ${verdict}, ${numbers}, p ${pRelation(difference.p)}, ${how}).`;
}

/** Interval and test may disagree with few seeds; then nothing is clear yet. */
function verdictOf({ p, mean, low, high }: PairedEffect | UnpairedEffect): string {
  if (p !== null && p < 0.05) return mean > 0 ? 'larger' : 'smaller';
  return low > 0 || high < 0 ? 'not clear yet' : 'no clear difference';
}
