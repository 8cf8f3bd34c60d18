/** What finished runs measured at the end of stage 1 and at the end: by subset, and seed by seed. */
import {
  wasAsked,
  type EvaluationRecord,
  type MetricTest,
  type RunEvaluations,
  type StageId,
} from '../records.ts';
import { TEST_SUBSETS, type TestSubset } from '../subsets.ts';
import type { MetricId } from '../metrics.ts';
import { firstOfSeeds, fromTheEnd, seedMeans } from './nested.ts';

/** The end of stage 1, or of the last stage; a single-stage pipeline has one end for both. */
export type Moment = 'stage1' | 'stage2';

/** A metric of a test. */
export interface Asked {
  test: MetricTest;
  metric: MetricId;
}

/** A finished run with its final evaluations. */
export interface Finished {
  seed: number;
  run: number;
  stage1: EvaluationRecord;
  stage2: EvaluationRecord;
}

/** A metric of two subsets in one run, or its mean over the runs of a seed. */
export interface Pair {
  seed: number;
  run: number;
  stage: StageId;
  a: number;
  b: number;
}

/** Those of a run at the end of stage 1 and of the last stage; none where it has none. */
export function finalEvaluations({ run, evaluations }: RunEvaluations): Finished[] {
  const lastOf = (stage: StageId) => evaluations.findLast((evaluation) => evaluation.stage === stage);
  const stage2 = evaluations.at(-1);
  if (!stage2) return [];
  const stage1 = lastOf('stage1_qa') ?? lastOf('stage1') ?? stage2;
  return [{ seed: run.seed, run: run.id, stage1, stage2 }];
}

/** The final evaluations of the runs that count: finished, and not started from earlier weights. */
const countedFinals = (runs: readonly RunEvaluations[]) =>
  runs.filter(({ run }) => run.state === 'done' && fromTheEnd(run)).flatMap(finalEvaluations);

/** What was measured on a subset; undefined where it was not tested, or not finite. */
function valueOf(
  evaluation: EvaluationRecord,
  subset: TestSubset,
  { test, metric }: Asked,
): number | undefined {
  const found = evaluation.metrics.find(
    (each) => each.subset === subset && each.test === test && wasAsked(each),
  );
  return found?.[metric] ?? undefined;
}

/** As {@link pairsBetween}, of these runs. */
export function pairsOf(
  finished: Finished[],
  asked: Asked,
  first: TestSubset,
  second: TestSubset,
  at: Moment,
): Pair[] {
  const tested = finished.flatMap(({ seed, run, [at]: evaluation }) => {
    const a = valueOf(evaluation, first, asked);
    const b = valueOf(evaluation, second, asked);
    return a === undefined || b === undefined ? [] : [{ seed, run, stage: evaluation.stage, a, b }];
  });
  const firsts = seedMeans(tested, ({ a }) => a);
  const seconds = seedMeans(tested, ({ b }) => b);
  return firstOfSeeds(tested).map((of, i) => ({ ...of, a: firsts[i], b: seconds[i] }));
}

/** Two subsets, when they are compared, and in which test: that of the questions unless said. */
export interface Between {
  first: TestSubset;
  second: TestSubset;
  at: Moment;
  test?: MetricTest;
}

/** What two subsets measured in each seed, means over its runs, of the runs that count. */
export function pairsBetween(
  runs: readonly RunEvaluations[],
  { first, second, at, test = 'questions' }: Between,
  metric: MetricId,
): Pair[] {
  return pairsOf(countedFinals(runs), { test, metric }, first, second, at);
}

/** What each seed measured on a subset, means over its runs. */
export interface SubsetSeeds {
  subset: TestSubset;
  at: Moment;
  per_seed: { seed: number; value: number }[];
}

/** The numbers behind `Effects.subsets`, seed by seed; what was not measured is left out. */
export function subsetSeeds(runs: readonly RunEvaluations[], asked: Asked): SubsetSeeds[] {
  const finished = countedFinals(runs);
  return TEST_SUBSETS.flatMap((subset) =>
    (['stage1', 'stage2'] as const).flatMap((at) => {
      const tested = subsetValues(finished, subset, at, asked);
      const values = seedMeans(tested, ({ value }) => value);
      const per_seed = firstOfSeeds(tested).map(({ seed }, i) => ({ seed, value: values[i] }));
      return per_seed.length > 0 ? [{ subset, at, per_seed }] : [];
    }),
  );
}

/** What the runs measured on a subset at a moment. */
export function subsetValues(
  finished: readonly Finished[],
  subset: TestSubset,
  moment: Moment,
  asked: Asked,
): { seed: number; value: number }[] {
  return finished.flatMap((run) => {
    const { seed, [moment]: evaluation } = run;
    // Where there is one stage only, its end is the end, and is told once.
    if (moment === 'stage1' && run.stage1 === run.stage2) return [];
    const value = valueOf(evaluation, subset, asked);
    return value === undefined ? [] : [{ seed, value }];
  });
}
