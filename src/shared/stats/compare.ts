/** The effects of two experiments against each other: paired where they share seeds, Welch's otherwise. */
import type { TestSubset } from '../subsets.ts';
import type { Effects, TagEffect } from './effects.ts';
import { differenceLimits, METRICS, type MetricId } from '../metrics.ts';
import { amountInterval, amountWithUnit } from './amount.ts';
import { fewSeedsNote, testText, unconfirmed, withNotes } from './finding.ts';
import type { Limits } from './interval.ts';
import { pairedEffect, unpairedEffect, type PairedEffect, type UnpairedEffect } from './significance.ts';
import { corrected, verdictOf, type Corrected, type Verdict } from './verdict.ts';

export type EffectName = 'iml' | 'stage1';

/** The subsets of each effect: how much better the first did than the second. */
export const EFFECT_SUBSETS = {
  iml: ['d1consis', 'd2consis'],
  stage1: ['qd1consis', 'qd2incons'],
} as const satisfies Record<EffectName, [TestSubset, TestSubset]>;

export interface EffectComparison {
  effect: EffectName;
  /** Experiment numbers; the difference is second minus first. */
  first: number;
  second: number;
  paired: boolean;
  difference: PairedEffect | UnpairedEffect;
  /** Its p as one of all comparisons that are shown with it. */
  corrected: Corrected;
  sentence: string;
}

type Difference = Pick<EffectComparison, 'paired' | 'difference'>;

interface Side {
  experiment: { id: number; name: string };
  effects: Effects;
}

const EFFECT_NAMES: Record<EffectName, string> = { iml: 'IML effect', stage1: 'Stage-1 effect' };

/** Below two shared seeds there is nothing to pair. */
const MIN_PAIRS = 2;

/** What a difference of two differences cannot leave. */
function limitsOf(metric: MetricId): Limits {
  const [least, most] = differenceLimits(metric);
  return [2 * least, 2 * most];
}

/**
 * Each experiment against the first, for every effect that both measured; the p-values are corrected for all of
 * them together (Holm).
 */
export function compareEffects(sides: readonly Side[]): EffectComparison[] {
  const [first, ...others] = sides;
  const found = others.flatMap((second) =>
    (['iml', 'stage1'] as const).flatMap((effect) => {
      const [a, b] = [first.effects.effects[effect], second.effects.effects[effect]];
      const compared = a && b && a.metric === b.metric && differenceOf(a, b);
      return compared ? [{ effect, second, compared }] : [];
    }),
  );
  const together = corrected(found.map(({ compared: { difference } }) => difference));
  return found.map(({ effect, second, compared }, i) => ({
    effect,
    first: first.experiment.id,
    second: second.experiment.id,
    ...compared,
    corrected: together[i],
    sentence: sentenceOf(
      `${EFFECT_NAMES[effect]}, ${namesOf(first, second)}`,
      compared,
      together[i],
      first.effects.metric,
    ),
  }));
}

/** A sentence where effects are of different metrics, which have no difference. */
export function otherMetrics(sides: readonly Side[]): string[] {
  const groups = Map.groupBy(sides, ({ effects }) => effects.metric);
  if (groups.size < 2) return [];
  const parts = [...groups].map(([metric, of]) => {
    const ids = of.map(({ experiment }) => experiment.id).join(', ');
    return `${METRICS[metric].label.toLowerCase()} (${of.length === 1 ? 'experiment' : 'experiments'} ${ids})`;
  });
  return [
    `The effects are of different metrics, ${parts.join(' and ')}: they are not compared with one another.`,
  ];
}

function differenceOf(a: TagEffect, b: TagEffect): Difference | null {
  const limits = limitsOf(a.metric);
  const bySeed = new Map(a.per_seed.map(({ seed, difference }) => [seed, difference]));
  // In one order, whichever of the two comes first: reversed, a comparison mirrors exactly.
  const shared = b.per_seed
    .filter(({ seed }) => bySeed.has(seed))
    .sort((one, other) => one.seed - other.seed);
  const sameSeeds = shared.length === a.per_seed.length && shared.length === b.per_seed.length;
  if (sameSeeds && shared.length >= MIN_PAIRS) {
    const difference = pairedEffect(
      shared.map(({ difference }) => difference),
      shared.map(({ seed }) => bySeed.get(seed)!),
      limits,
    );
    return difference && { paired: true, difference };
  }
  const values = (effect: TagEffect) => effect.per_seed.map(({ difference }) => difference);
  const difference = unpairedEffect(values(b), values(a), limits);
  return difference && { paired: false, difference };
}

function namesOf(first: Side, second: Side): string {
  return `"${second.experiment.name}" (${second.experiment.id}) against "${first.experiment.name}" (${first.experiment.id})`;
}

const VERDICTS: Record<Exclude<Verdict, 'untested'>, string> = {
  more: 'larger',
  less: 'smaller',
  unclear: 'not clear yet',
  none: 'no clear difference',
};

function sentenceOf(
  subject: string,
  { paired, difference }: Difference,
  adjusted: Corrected,
  metric: MetricId,
): string {
  const verdict = verdictOf(difference, adjusted.p);
  const size = amountWithUnit(difference.mean, metric);
  if (verdict === 'untested') return `${subject}: ${size}; ${untestedWhy(difference)}.`;
  const how = paired ? 'paired by seed' : 'Welch, different seeds';
  const numbers = `95 % interval ${amountInterval(difference, metric)}, ${testText(difference, adjusted)}, ${how}`;
  return withNotes(
    `${subject}: ${VERDICTS[verdict]}, ${size} (${numbers}).`,
    unconfirmed(difference, verdict),
    fewSeedsNote(...seedsOf(difference)),
  );
}

function seedsOf(difference: PairedEffect | UnpairedEffect): number[] {
  return 'n' in difference ? [difference.n] : [difference.n_first, difference.n_second];
}

function untestedWhy(difference: PairedEffect | UnpairedEffect): string {
  return Math.min(...seedsOf(difference)) < 2
    ? 'with one seed on a side there is no interval and no test'
    : 'the seeds agree exactly, so its uncertainty cannot be estimated';
}
