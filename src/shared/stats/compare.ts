/** The effects of two experiments against each other: paired where they ran the same seeds, Welch's otherwise. */
import { EFFECT_NAMES } from './effect-names.ts';
import type { Effects, TagEffect } from './effects.ts';
import { isImported } from '../imported.ts';
import { METRICS, type MetricId } from '../metrics.ts';
import { amountInterval, amountWithUnit } from './amount.ts';
import { effectSizeText } from './effect-size.ts';
import { equivalenceOf, equivalenceSentence, type ComparedValues, type Equivalence } from './equivalence.ts';
import { testText, unconfirmed, withNotes } from './finding.ts';
import { fewSeedsNote } from './few-seeds.ts';
import { differenceOf, valuesOf, type Design, type Difference } from './seed-difference.ts';
import type { PairedEffect, UnpairedEffect } from './significance.ts';
import { corrected, verdictOf, type Corrected, type Verdict } from './verdict.ts';

export interface EffectComparison extends Difference {
  /** As a contrast is written (`contrast.ts`): `iml`, `stage1`, `d1consis-d3consis`. */
  effect: string;
  /** Its name in words. */
  title: string;
  /** Numbers of experiments, or places of groups; the difference is second minus first, which is the baseline. */
  first: number;
  second: number;
  /** Against the margin that was asked for. */
  equivalence: Equivalence | null;
  /** Its p as one of all comparisons that are shown with it. */
  corrected: Corrected;
  sentence: string;
  /** What belongs to the sentence: the effect's size, why it is paired or not, what is not larger than the margin. */
  notes: string[];
}

export interface CompareOptions {
  /** What is called too small to matter, in the metric's unit; nothing is said of it where it is left out. */
  margin?: number | null;
  /** Number of the experiment that the others are compared with; the first where it is left out. */
  baseline?: number | null;
}

/** An effect as every experiment of a comparison measured it. */
export interface MeasuredEffect {
  id: string;
  title: string;
  /** One for each experiment, in their order; null where it was not measured. */
  effects: readonly (TagEffect | null)[];
}

/** What is compared: an experiment, or several that are measured as one. */
export interface Compared {
  /** Number of the experiment; of a group its place among the groups, from 1. */
  id: number;
  name: string;
  config?: { task: string };
  /** Of a group: how many it is over, in words, where an experiment has its number. */
  over?: string;
  /** Of a group: whether its experiments did not all run the same seeds. */
  uneven?: boolean;
}

interface Side {
  experiment: Compared;
  effects: Effects;
}

/** Both headline effects of each experiment against the baseline, as {@link compareMeasured}. */
export function compareEffects(sides: readonly Side[], options: CompareOptions = {}): EffectComparison[] {
  const measured = (['iml', 'stage1'] as const).map((id) => ({
    ...{ id, title: EFFECT_NAMES[id] },
    effects: sides.map(({ effects }) => effects.effects[id]),
  }));
  return compareMeasured(
    sides.map(({ experiment }) => experiment),
    measured,
    options,
  );
}

/**
 * Each experiment against the baseline, for every effect that both measured; the p-values are corrected for all of
 * them together (Holm), those of equivalence for themselves.
 */
export function compareMeasured(
  experiments: readonly Compared[],
  measured: readonly MeasuredEffect[],
  { margin = null, baseline = null }: CompareOptions = {},
): EffectComparison[] {
  const base = Math.max(
    0,
    experiments.findIndex(({ id }) => id === baseline),
  );
  const found = experiments.flatMap((second, i) =>
    measured.flatMap(({ id, title, effects }) => {
      const [a, b] = [effects[base], effects[i]];
      const { design } = designBetween(experiments[base], second);
      const compared = i !== base && a && b && a.metric === b.metric && differenceOf(a, b, design);
      return compared ? [{ effect: id, title, second, compared, metric: a.metric }] : [];
    }),
  );
  const together = corrected(found.map(({ compared: { difference } }) => difference));
  const small = found.map(({ compared }) =>
    margin === null ? null : equivalenceOf(compared.difference, margin, comparedValues(compared)),
  );
  const smallTogether = corrected(small.map((each) => each ?? { p: null }));
  const first = experiments[base];
  return found.map(({ effect, title, second, compared, metric }, i) => ({
    ...{ effect, title },
    first: first.id,
    second: second.id,
    ...compared,
    equivalence: small[i],
    corrected: together[i],
    sentence: sentenceOf(`${title}, ${namesOf(first, second)}`, compared, together[i], metric),
    notes: [
      ...notesOn(compared, designBetween(first, second).why),
      ...(small[i] ? [equivalenceSentence(small[i], metric, smallTogether[i])] : []),
    ],
  }));
}

/** What of each seed a difference is of: second less first. */
function comparedValues({ paired, per_seed }: Difference): ComparedValues {
  const { first, second } = valuesOf(paired, per_seed);
  return { paired, first: second, second: first };
}

/** The size of a difference, and why its seeds are paired or not. @param why where that does not lie in the seeds */
export function notesOn(compared: Difference, why: string | null = null): string[] {
  const { effect_size: size } = compared;
  return [...(size ? [`${effectSizeText(size)}.`] : []), why ?? pairingOf(compared)];
}

type Origin = { task: string } | undefined;

const FOREIGN =
  'Not paired: with the seeds of an imported experiment another program drew its numbers, whatever they are called; Welch’s test takes all as independent.';

const UNEVEN =
  'Not paired: not all experiments of both groups ran the same seeds, so that a seed’s mean is over other experiments than another’s; Welch’s test takes all as independent.';

/**
 * How two are compared where what both ran does not decide it, and why: seeds of runs of another program are nobody's
 * pairs here, and neither are means over now these and now those experiments.
 */
export function designBetween(first: Compared, second: Compared): { design?: Design; why: string | null } {
  if (isForeign(first.config, second.config)) return { design: 'welch', why: FOREIGN };
  if (first.uneven || second.uneven) return { design: 'welch', why: UNEVEN };
  return { why: null };
}

function isForeign(...configs: Origin[]): boolean {
  return configs.some((config) => config !== undefined && isImported(config));
}

/** Why seeds are paired or not, in words. */
function pairingOf({ paired, per_seed }: Difference): string {
  const both = per_seed.filter(({ first, second }) => first !== null && second !== null).length;
  const left = per_seed.length - both;
  if (paired)
    return `Paired by seed: ${left === 0 ? `both ran the same ${both}` : `over the ${both} that both ran, ${left} left out`}. A seed draws facts, split, tags and initial weights, so that what it brings to both cancels.`;
  const [first, second] = (['first', 'second'] as const).map(
    (side) => per_seed.filter((each) => each[side] !== null).length,
  );
  return `Not paired: ${first} and ${second} seeds, ${both} of them the same; Welch’s test takes all as independent.`;
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

/** `"pocket" (3)`; `"Truthfulness α 0.5" (2 experiments)`. */
export function quotedName({ id, name, over }: Compared): string {
  return `"${name}" (${over ?? id})`;
}

/** Both sides of a difference; the first is the baseline. */
export function namesOf(first: Compared, second: Compared): string {
  return `${quotedName(second)} against ${quotedName(first)}`;
}

const VERDICTS: Record<Exclude<Verdict, 'untested'>, string> = {
  more: 'larger',
  less: 'smaller',
  unclear: 'not clear yet',
  none: 'no clear difference',
};

/** What a difference is, in words. */
export function sentenceOf(
  subject: string,
  { paired, difference }: Pick<Difference, 'paired' | 'difference'>,
  adjusted: Corrected,
  metric: MetricId,
): string {
  const verdict = verdictOf(difference, adjusted.p);
  const size = amountWithUnit(difference.mean, metric);
  if (verdict === 'untested') return `${subject}: ${size}; ${untestedWhy(difference)}.`;
  const how = paired ? 'paired by seed' : 'Welch, not paired';
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
