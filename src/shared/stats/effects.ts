/**
 * What an experiment found: accuracy per subset after stage 1 and at the end, and the effects of the
 * tags, over the seeds whose runs finished.
 */
import type { MetricTest, RunEvaluations, StageId } from '../records.ts';
import { TEST_SUBSETS, type TestSubset } from '../subsets.ts';
import { difference, interquartileMean } from './describe.ts';
import { differenceLimits, METRICS, type MetricId } from '../metrics.ts';
import {
  finalEvaluations,
  pairsBetween,
  pairsOf,
  subsetValues,
  type Asked,
  type Between,
  type Finished,
  type Moment,
  type Pair,
} from './final-values.ts';
import { meanInterval, type Interval } from './interval.ts';
import { fromTheEnd, seedMeans } from './nested.ts';
import { pairedEffect, type PairedEffect } from './significance.ts';
import { corrected, type Corrected } from './verdict.ts';

/** A metric of a subset over seeds. */
export interface SubsetInterval extends Interval {
  interquartile_mean: number;
}

/** Accuracy of one subset at the end of stage 1 and at the end of the last stage. */
interface SubsetResult {
  stage1: SubsetInterval | null;
  stage2: SubsetInterval | null;
}

/** How much better the first of two subsets of the same runs did; above 0 whichever way the metric points. */
export interface TagEffect extends PairedEffect {
  metric: MetricId;
  /** At whose end it was measured. */
  stage: StageId;
  /** Its p as one of those that are shown beside it. */
  corrected: Corrected;
  /** Means over the runs of a seed where it has several; `run` is then the first of them. */
  per_seed: { seed: number; run: number; difference: number }[];
}

/** One of the comparisons of method.md. */
export interface Comparison {
  first: TestSubset;
  second: TestSubset;
  at: Moment;
  effect: TagEffect;
  /** Holm's correction over all of them, as in `effect.corrected`. */
  p_holm: number | null;
}

export interface Effects {
  /** What all numbers here are of. */
  metric: MetricId;
  /** Seeds with a finished run: what intervals and tests are over. */
  n: number;
  /** Finished runs that were used; more than `n` where seeds have several stage-2 seeds. */
  runs: number;
  /** Subsets that were tested. */
  subsets: Partial<Record<TestSubset, SubsetResult>>;
  effects: {
    /** Implicit meta-learning: `d1consis` − `d2consis` at the end of the last stage. */
    iml: TagEffect | null;
    /** `qd1consis` − `qd2incons` at the end of stage 1. */
    stage1: TagEffect | null;
  };
  comparisons: Comparison[];
  /** Where stage 2 started from several weights: the IML effect from each, the earliest first. */
  starts: StartEffect[];
}

/** The IML effect of the runs whose stage 2 started from the weights after one epoch of the stage before. */
interface StartEffect {
  /** Null is the end of that stage. */
  stage1_epoch: number | null;
  iml: TagEffect | null;
}

type Pairs = (first: TestSubset, second: TestSubset, at: Moment) => Pair[];

/** The two that experiments are about, among the comparisons. */
const IML = ['d1consis', 'd2consis', 'stage2'] as const;
const STAGE1 = ['qd1consis', 'qd2incons', 'stage1'] as const;

const COMPARISONS: (readonly [TestSubset, TestSubset, Moment])[] = [
  IML,
  ['d1consis', 'd3consis', 'stage2'],
  ['d1consis', 'no_qd_baseline', 'stage2'],
  ['d2consis', 'no_qd_baseline', 'stage2'],
  STAGE1,
  ['qd1consis', 'q', 'stage1'],
  ['qd2incons', 'q', 'stage1'],
];

/**
 * Effects over the finished runs of one experiment; several runs of a seed count once (`nested.ts`). Runs whose
 * stage 2 started from earlier weights count in `starts` only.
 * @param runs runs with their evaluations (the last of each stage is enough)
 * @param test what to score; the paper's headline is `questions`
 */
export function effectsOf(
  runs: readonly RunEvaluations[],
  test: MetricTest = 'questions',
  metric: MetricId = 'exact_match',
): Effects {
  const asked = { test, metric };
  const done = runs.filter(({ run }) => run.state === 'done');
  const finished = done.filter(({ run }) => fromTheEnd(run)).flatMap(finalEvaluations);
  const compared = comparisons((first, second, at) => pairsOf(finished, asked, first, second, at), metric);
  const effect = (wanted: (typeof COMPARISONS)[number]) =>
    compared.find(({ first, second, at }) => [first, second, at].join() === wanted.join())?.effect ?? null;
  return {
    metric,
    n: new Set(finished.map(({ seed }) => seed)).size,
    runs: finished.length,
    subsets: subsetResults(finished, asked),
    effects: { iml: effect(IML), stage1: effect(STAGE1) },
    comparisons: compared,
    starts: effectsByStart(done, asked),
  };
}

/**
 * How much better one subset did than another over the finished runs, by itself: any two, whether they are among the
 * comparisons of method.md or not.
 * @returns null where no run measured both
 */
export function effectBetween(
  runs: readonly RunEvaluations[],
  between: Between,
  metric: MetricId,
): TagEffect | null {
  return tagEffects([pairsBetween(runs, between, metric)], metric)[0];
}

/** The difference of each seed, in the sign of `effectBetween`; empty where no run measured both. */
export function differencesBetween(
  runs: readonly RunEvaluations[],
  between: Between,
  metric: MetricId,
): TagEffect['per_seed'] {
  return perSeed(inBetterSign(pairsBetween(runs, between, metric), metric));
}

/** Seeds behind each interval and p of an experiment: fewer than its own where some lack a measurement. */
export function seedsBehind({ n, subsets, comparisons, starts }: Effects): number[] {
  const measured = Object.values(subsets).flatMap(({ stage1, stage2 }) => [stage1, stage2]);
  const tested = [...comparisons.map(({ effect }) => effect), ...starts.map(({ iml }) => iml)];
  const counts = [...measured, ...tested].flatMap((each) => each?.n ?? []);
  return [...new Set([n, ...counts])];
}

function effectsByStart(done: readonly RunEvaluations[], asked: Asked): StartEffect[] {
  const byStart = Map.groupBy(done, ({ run }) => (fromTheEnd(run) ? null : run.stage1_epoch));
  if (![...byStart.keys()].some((epoch) => epoch !== null)) return [];
  const starts = [...byStart].sort(([a], [b]) => (a ?? Infinity) - (b ?? Infinity));
  const effects = tagEffects(
    starts.map(([, runs]) => pairsOf(runs.flatMap(finalEvaluations), asked, ...IML)),
    asked.metric,
  );
  return starts.map(([stage1_epoch], i) => ({ stage1_epoch, iml: effects[i] }));
}

function subsetResults(finished: Finished[], asked: Asked): Effects['subsets'] {
  const at = (subset: TestSubset, moment: Moment): SubsetInterval | null => {
    const values = seedMeans(subsetValues(finished, subset, moment, asked), ({ value }) => value);
    const interval = meanInterval(values, METRICS[asked.metric].limits);
    return interval && { ...interval, interquartile_mean: interquartileMean(values) };
  };
  const rows = TEST_SUBSETS.map(
    (subset) => [subset, { stage1: at(subset, 'stage1'), stage2: at(subset, 'stage2') }] as const,
  );
  return Object.fromEntries(rows.filter(([, { stage1, stage2 }]) => stage1 !== null || stage2 !== null));
}

/** Effects that are shown together, each with its p corrected for all of them; null where nothing was measured. */
function tagEffects(measured: readonly Pair[][], metric: MetricId): (TagEffect | null)[] {
  const better = measured.map((pairs) => inBetterSign(pairs, metric));
  const effects = better.map((pairs) =>
    pairedEffect(
      pairs.map(({ a }) => a),
      pairs.map(({ b }) => b),
      differenceLimits(metric),
    ),
  );
  const together = corrected(effects.map((effect) => effect ?? { p: null }));
  return effects.map(
    (effect, i) =>
      effect && {
        ...{ metric, stage: better[i][0].stage, ...effect },
        ...{ corrected: together[i], per_seed: perSeed(better[i]) },
      },
  );
}

/** Where less is better, what the second has more of is what the first is ahead. */
const inBetterSign = (pairs: readonly Pair[], metric: MetricId) =>
  METRICS[metric].better === 'more' ? pairs : pairs.map(turned);
const turned = ({ a, b, ...of }: Pair): Pair => ({ ...of, a: b, b: a });

function perSeed(pairs: readonly Pair[]): TagEffect['per_seed'] {
  return pairs.map(({ seed, run, a, b }) => ({ seed, run, difference: difference(a, b) }));
}

function comparisons(pairs: Pairs, metric: MetricId): Comparison[] {
  const effects = tagEffects(
    COMPARISONS.map((of) => pairs(...of)),
    metric,
  );
  return COMPARISONS.flatMap(([first, second, at], i) => {
    const effect = effects[i];
    return effect ? [{ first, second, at, effect, p_holm: effect.corrected.p }] : [];
  });
}

/** The moments at which subsets were measured: runs of one stage have no other than their end. */
export function momentsOf({ subsets }: Pick<Effects, 'subsets'>): Moment[] {
  const measured = Object.values(subsets);
  return (['stage1', 'stage2'] as const).filter((moment) => measured.some((each) => each[moment] !== null));
}
