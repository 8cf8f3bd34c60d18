/**
 * What an experiment found: accuracy per subset after stage 1 and at the end, and the effects of the
 * tags, over the seeds whose runs finished.
 */
import type { EvaluationRecord, MetricRecord, MetricTest, RunEvaluations, StageId } from '../records.ts';
import { TEST_SUBSETS, type TestSubset } from '../subsets.ts';
import { bootstrapInterval, interquartileMean, type Interval } from './describe.ts';
import { firstOfSeeds, fromTheEnd, seedMeans } from './nested.ts';
import { holm, pairedEffect, type PairedEffect } from './significance.ts';

/** Exact match of a subset over seeds. */
interface SubsetInterval extends Interval {
  interquartile_mean: number;
}

/** Accuracy of one subset at the end of stage 1 and at the end of the last stage. */
interface SubsetResult {
  stage1: SubsetInterval | null;
  stage2: SubsetInterval | null;
}

/** A difference of exact match between two subsets of the same runs. */
export interface TagEffect extends PairedEffect {
  /** Means over the runs of a seed where it has several; `run` is then the first of them. */
  per_seed: { seed: number; run: number; difference: number }[];
}

/** One of the comparisons of method.md, with Holm's correction over all of them. */
export interface Comparison {
  first: TestSubset;
  second: TestSubset;
  at: Moment;
  effect: PairedEffect;
  p_holm: number | null;
}

export interface Effects {
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

/** The end of stage 1, or of the last stage; a single-stage pipeline has one end for both. */
export type Moment = 'stage1' | 'stage2';

/** A finished run with its final evaluations. */
interface Finished {
  seed: number;
  run: number;
  stage1: EvaluationRecord;
  stage2: EvaluationRecord;
}

/** Exact match of two subsets in one run, or its mean over the runs of a seed. */
interface Pair {
  seed: number;
  run: number;
  a: number;
  b: number;
}

type Pairs = (first: TestSubset, second: TestSubset, at: Moment) => Pair[];

const COMPARISONS: [TestSubset, TestSubset, Moment][] = [
  ['d1consis', 'd2consis', 'stage2'],
  ['d1consis', 'd3consis', 'stage2'],
  ['d1consis', 'no_qd_baseline', 'stage2'],
  ['d2consis', 'no_qd_baseline', 'stage2'],
  ['qd1consis', 'qd2incons', 'stage1'],
  ['qd1consis', 'q', 'stage1'],
  ['qd2incons', 'q', 'stage1'],
];

/**
 * Effects over the finished runs of one experiment; several runs of a seed count once (`nested.ts`). Runs whose
 * stage 2 started from earlier weights count in `starts` only.
 * @param runs runs with their evaluations (the last of each stage is enough)
 * @param test what to score; the paper's headline is `questions`
 */
export function effectsOf(runs: readonly RunEvaluations[], test: MetricTest = 'questions'): Effects {
  const done = runs.filter(({ run }) => run.state === 'done');
  const finished = done.filter(({ run }) => fromTheEnd(run)).flatMap(finalEvaluations);
  const pairs: Pairs = (first, second, at) => pairsOf(finished, test, first, second, at);
  return {
    n: new Set(finished.map(({ seed }) => seed)).size,
    runs: finished.length,
    subsets: subsetResults(finished, test),
    effects: {
      iml: tagEffect(pairs('d1consis', 'd2consis', 'stage2')),
      stage1: tagEffect(pairs('qd1consis', 'qd2incons', 'stage1')),
    },
    comparisons: comparisons(pairs),
    starts: effectsByStart(done, test),
  };
}

function effectsByStart(done: readonly RunEvaluations[], test: MetricTest): StartEffect[] {
  const byStart = Map.groupBy(done, ({ run }) => (fromTheEnd(run) ? null : run.stage1_epoch));
  if (![...byStart.keys()].some((epoch) => epoch !== null)) return [];
  return [...byStart]
    .sort(([a], [b]) => (a ?? Infinity) - (b ?? Infinity))
    .map(([stage1_epoch, runs]) => {
      const pairs = pairsOf(runs.flatMap(finalEvaluations), test, 'd1consis', 'd2consis', 'stage2');
      return { stage1_epoch, iml: tagEffect(pairs) };
    });
}

function finalEvaluations({ run, evaluations }: RunEvaluations): Finished[] {
  const lastOf = (stage: StageId) => evaluations.findLast((evaluation) => evaluation.stage === stage);
  const stage2 = evaluations.at(-1);
  if (!stage2) return [];
  const stage1 = lastOf('stage1_qa') ?? lastOf('stage1') ?? stage2;
  return [{ seed: run.seed, run: run.id, stage1, stage2 }];
}

/** What was measured on a subset; undefined where it was not tested. */
function metricOf(
  evaluation: EvaluationRecord,
  subset: TestSubset,
  test: MetricTest,
): MetricRecord | undefined {
  return evaluation.metrics.find(
    (metric) => metric.subset === subset && metric.test === test && metric.count > 0,
  );
}

function exactMatch(evaluation: EvaluationRecord, subset: TestSubset, test: MetricTest): number | undefined {
  return metricOf(evaluation, subset, test)?.exact_match;
}

function subsetResults(finished: Finished[], test: MetricTest): Effects['subsets'] {
  const at = (subset: TestSubset, moment: Moment): SubsetInterval | null => {
    const tested = finished.flatMap(({ seed, [moment]: evaluation }) => {
      const value = exactMatch(evaluation, subset, test);
      return value === undefined ? [] : [{ seed, value }];
    });
    const values = seedMeans(tested, ({ value }) => value);
    const interval = bootstrapInterval(values);
    return interval && { ...interval, interquartile_mean: interquartileMean(values) };
  };
  const rows = TEST_SUBSETS.map(
    (subset) => [subset, { stage1: at(subset, 'stage1'), stage2: at(subset, 'stage2') }] as const,
  );
  return Object.fromEntries(rows.filter(([, { stage1, stage2 }]) => stage1 !== null || stage2 !== null));
}

function pairsOf(
  finished: Finished[],
  test: MetricTest,
  first: TestSubset,
  second: TestSubset,
  at: Moment,
): Pair[] {
  const tested = finished.flatMap(({ seed, run, [at]: evaluation }) => {
    const a = exactMatch(evaluation, first, test);
    const b = exactMatch(evaluation, second, test);
    return a === undefined || b === undefined ? [] : [{ seed, run, a, b }];
  });
  const firsts = seedMeans(tested, ({ a }) => a);
  const seconds = seedMeans(tested, ({ b }) => b);
  return firstOfSeeds(tested).map(({ seed, run }, i) => ({ seed, run, a: firsts[i], b: seconds[i] }));
}

function effectOf(pairs: Pair[]): PairedEffect | null {
  return pairedEffect(
    pairs.map(({ a }) => a),
    pairs.map(({ b }) => b),
  );
}

function tagEffect(pairs: Pair[]): TagEffect | null {
  const effect = effectOf(pairs);
  return (
    effect && { ...effect, per_seed: pairs.map(({ seed, run, a, b }) => ({ seed, run, difference: a - b })) }
  );
}

function comparisons(pairs: Pairs): Comparison[] {
  const found = COMPARISONS.flatMap(([first, second, at]) => {
    const effect = effectOf(pairs(first, second, at));
    return effect ? [{ first, second, at, effect }] : [];
  });
  const adjusted = holm(found.map(({ effect: { p } }) => p));
  return found.map((comparison, i) => ({ ...comparison, p_holm: adjusted[i] }));
}
