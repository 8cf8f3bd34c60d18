/** What came of a pre-registration: its comparison over its seeds by its test, and what was done otherwise. */
import { showValue } from '../errors.ts';
import { configDiff } from '../config-diff.ts';
import type { ExperimentRecord, RunEvaluations } from '../records.ts';
import { registeredConfig, type RegisteredPlan, type Registration } from '../registration.ts';
import { EFFECT_NAMES, comparedBy } from './effect-names.ts';
import { notesOn, sentenceOf } from './compare.ts';
import { differenceOf, type Difference } from './seed-difference.ts';
import { MOMENTS } from './effect-names.ts';
import { effectBetween, type TagEffect } from './effects.ts';
import type { Moment } from './final-values.ts';
import { effectSizeText, pairedEffectSize } from './effect-size.ts';
import { equivalenceOf, equivalenceSentence, sizeText, type Equivalence } from './equivalence.ts';
import { seedCount } from './few-seeds.ts';
import { corrected, type Corrected } from './verdict.ts';

/** An experiment of a registration as it is now. */
export interface RegisteredSide {
  uid: string;
  experiment: Pick<ExperimentRecord, 'id' | 'name' | 'config'>;
  runs: readonly RunEvaluations[];
}

/** A registration with what came of it. */
export interface RegisteredOutcome {
  registration: Registration;
  /** What was registered, in words; null where the text is not the one that was locked. */
  registered: string | null;
  /** Over the registered seeds that finished; null where there is nothing yet. */
  difference: Difference['difference'] | null;
  equivalence: Equivalence | null;
  /** Its p as one of all registrations that are told together. */
  corrected: Corrected;
  /** What was found by the registered analysis; null where there is nothing yet. */
  sentence: string | null;
  notes: string[];
  /** What differs from what was registered, in words. */
  deviations: string[];
}

/** What came of the registrations that concern experiments. */
export interface Registered {
  outcomes: RegisteredOutcome[];
  /** A sentence where one is gone. */
  removed: string[];
}

/**
 * What came of registrations that are told together; p-values are corrected for all of them (Holm).
 * @param sides experiments of this history
 */
export function registeredOutcomes(
  registrations: readonly Registration[],
  sides: readonly RegisteredSide[],
): RegisteredOutcome[] {
  const found = registrations.map(({ plan }) => (plan ? analysed(plan, sidesOf(plan, sides)) : null));
  const together = corrected(found.map((each) => each?.difference ?? { p: null }));
  const small = registrations.map(({ plan }, i) => {
    const each = found[i];
    return plan?.margin && each ? equivalenceOf(each.difference, plan.margin) : null;
  });
  const smallTogether = corrected(small.map((each) => each ?? { p: null }));
  return registrations.map((registration, i) => {
    const { plan } = registration;
    if (!plan) return changed(registration);
    const compared = found[i];
    const of = sidesOf(plan, sides);
    return {
      registration,
      registered: planText(plan),
      difference: compared?.difference ?? null,
      equivalence: small[i],
      corrected: together[i],
      sentence: compared && sentenceOf(subjectOf(plan), compared, together[i], plan.metric),
      notes: [
        ...(compared?.notes ?? []),
        ...(small[i] ? [equivalenceSentence(small[i], plan.metric, smallTogether[i])] : []),
      ],
      deviations: plan.experiments.flatMap((_, side) => deviationsOf(plan, side, of[side])),
    };
  });
}

/** A text whose hash is another was written by something else. */
function changed(registration: Registration): RegisteredOutcome {
  return {
    registration,
    ...{ registered: null, difference: null, equivalence: null, sentence: null, notes: [] },
    corrected: { p: null, family: 0 },
    deviations: [
      `Pre-registration ${registration.id} is not the text that was locked as ${registration.hash.slice(0, 12)}…: it was changed afterwards, and counts for nothing.`,
    ],
  };
}

function sidesOf({ experiments }: RegisteredPlan, sides: readonly RegisteredSide[]) {
  return experiments.map(({ uid }) => sides.find((side) => side.uid === uid) ?? null);
}

/** A registered comparison, as far as it got. */
interface Analysed extends Pick<Difference, 'paired' | 'difference'> {
  notes: string[];
}

/** The registered analysis over the registered seeds. */
function analysed(plan: RegisteredPlan, sides: (RegisteredSide | null)[]): Analysed | null {
  const { comparison, seeds } = plan;
  const effectOf = (side: RegisteredSide | null, of: Compared): TagEffect | null =>
    side && effectBetween(registeredRuns(side.runs, seeds), of, plan.metric);
  if (comparison.kind === 'subsets') {
    const effect = effectOf(sides[0], comparison);
    return effect && withinRuns(effect);
  }
  const [first, second] = sides.map((side) => effectOf(side, comparedBy(comparison.effect)));
  const compared = first && second && differenceOf(first, second, plan.analysis);
  return compared && { ...compared, notes: notesOn(compared) };
}

type Compared = Parameters<typeof effectBetween>[1];

const registeredRuns = (runs: readonly RunEvaluations[], seeds: readonly number[]) =>
  runs.filter(({ run }) => seeds.includes(run.seed));

/** Two subsets of the same runs: a pair a seed. */
function withinRuns(effect: TagEffect): Analysed {
  const values = effect.per_seed.map(({ difference }) => difference);
  const size = pairedEffectSize(
    values,
    values.map(() => 0),
  );
  const pairing = 'Paired within each seed: both subsets are asked of the same models.';
  return {
    paired: true,
    difference: effect,
    notes: [...(size ? [`${effectSizeText(size)}.`] : []), pairing],
  };
}

function subjectOf({ comparison, experiments }: RegisteredPlan): string {
  const [first, second] = experiments.map(({ name }) => `"${name}"`);
  return comparison.kind === 'subsets'
    ? `${comparison.first} − ${comparison.second} ${MOMENTS[comparison.at as Moment]}, ${first}`
    : `${EFFECT_NAMES[comparison.effect]}, ${second} against ${first}`;
}

/** A plan in words: what is compared, over which seeds, by which test. */
export function planText(plan: RegisteredPlan): string {
  const test = plan.analysis === 'paired' ? 'paired t-test' : 'Welch’s t-test';
  const margin =
    plan.margin === null ? '' : `, and two one-sided tests with margin ${sizeText(plan.margin, plan.metric)}`;
  return `${subjectOf(plan)}: ${test}, two-sided at 5 %${margin}, over ${seedCount(plan.seeds.length)} (${seedList(plan.seeds)}).`;
}

/** `0 to 9, 20`: runs of neighbours as ranges. */
export function seedList(seeds: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const seed of seeds.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && seed === last[1] + 1) last[1] = seed;
    else ranges.push([seed, seed]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from} to ${to}`)).join(', ');
}

function deviationsOf(plan: RegisteredPlan, at: number, side: RegisteredSide | null): string[] {
  const { name, config } = plan.experiments[at];
  if (!side) return [`"${name}" is not in this history.`];
  const done = side.runs.filter(({ run }) => run.state === 'done');
  const seeds = [...new Set(done.map(({ run }) => run.seed))];
  const missing = plan.seeds.filter((seed) => !seeds.includes(seed));
  const others = seeds.filter((seed) => !plan.seeds.includes(seed));
  const early = done.filter(({ run }) => isEarly(run, plan)).map(({ run }) => run.seed);
  const differing = configDiff([config, registeredConfig(side.experiment.config)]).filter(
    ({ values: [registered] }) => registered !== undefined,
  );
  return [
    missing.length > 0 &&
      `"${name}": ${plan.seeds.length - missing.length} of ${plan.seeds.length} registered seeds have finished; ${seedList(missing)} ${missing.length === 1 ? 'has' : 'have'} not.`,
    others.length > 0 &&
      `"${name}": ${seedCount(others.length)} more than registered (${seedList(others)}), left out here.`,
    early.length > 0 && `"${name}": finished before it was registered: seed ${seedList(early)}.`,
    ...differing.map(
      ({ field, values: [then, now] }) =>
        `"${name}": ${field} was registered as ${showValue(then)} and is ${showValue(now)}.`,
    ),
  ].filter((said) => said !== false);
}

/** Whether a registered seed had a result when it was registered: a clock set back, or a file from elsewhere. */
function isEarly({ seed, finished_at }: RunEvaluations['run'], { seeds, registered_at }: RegisteredPlan) {
  return seeds.includes(seed) && finished_at !== null && finished_at < registered_at;
}

/** What stands above what was not registered. */
export const EXPLORATORY = 'Looked at afterwards: everything below was not registered, and is exploratory.';
export const NOT_REGISTERED =
  'No comparison was registered before it was run: everything here is exploratory but the IML effect of each experiment.';
