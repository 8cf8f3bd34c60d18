/** The points of the learning curves: exact match over epochs, mean and interval over seeds. */
import type { ExperimentConfig } from '../config.ts';
import { importedSpans, isImported } from '../imported.ts';
import type { SavedConfig } from '../saved-config.ts';
import {
  STAGE_IDS,
  wasAsked,
  type MetricTest,
  type RunEvaluations,
  type RunValues,
  type StageId,
} from '../records.ts';
import { METRICS, type MetricId } from '../metrics.ts';
import { meanInterval, type Interval, type Limits } from './interval.ts';
import { fromTheEnd, seedMeans } from './nested.ts';
import { TEST_SUBSETS, type TestSubset } from '../subsets.ts';

/** A stage's stretch of the epoch axis. */
export interface StageSpan {
  stage: StageId;
  from: number;
  to: number;
}

export interface CurvePoint extends Interval {
  /** Epochs since the first stage began. */
  epoch: number;
}

export interface Curve {
  subset: TestSubset;
  points: CurvePoint[];
}

export interface LearningCurves {
  stages: StageSpan[];
  curves: Curve[];
  /** Seeds that the curves are over. */
  n: number;
}

export interface CurveOptions {
  test?: MetricTest;
  metric?: MetricId;
  /** Stages of the axis; those that were evaluated where left out. */
  stages?: StageSpan[];
}

/** One run's value at one epoch of the axis. */
interface AxisValue {
  epoch: number;
  value: number;
}

/**
 * Learning curves over all runs given, on one axis of epochs across the stages; runs whose stage 2 started from
 * earlier weights are left out.
 * @param runs runs with all their evaluations
 */
export function learningCurves(runs: readonly RunEvaluations[], options: CurveOptions = {}): LearningCurves {
  const values = runs.map((run) => valuesOf(run, options));
  return curvesOver(values, options.stages ?? stageSpans(values), options.metric);
}

/** Learning curves over values of one metric, as {@link learningCurves}. */
export function curvesOver(
  runs: readonly RunValues[],
  stages: StageSpan[],
  metric: MetricId = 'exact_match',
): LearningCurves {
  const counted = runs.filter(({ run }) => fromTheEnd(run));
  const curves = TEST_SUBSETS.map((subset) => {
    const values = counted.flatMap((each) =>
      runValues(each, subset, stages).map((at) => ({ seed: each.run.seed, ...at })),
    );
    return { subset, points: pointsOf(values, METRICS[metric].limits) };
  });
  return {
    stages,
    curves: curves.filter(({ points }) => points.length > 0),
    n: new Set(counted.map(({ run }) => run.seed)).size,
  };
}

/**
 * Curves over runs of several experiments, as of one: a seed's runs are averaged first, and every stage begins at the
 * same place, with the epochs alone that all of them were asked at ({@link atSharedEpochs}).
 * @param axes the stages of each experiment
 */
export function pooledCurves(
  runs: readonly RunValues[],
  axes: readonly (readonly StageSpan[])[],
  metric: MetricId,
): LearningCurves {
  const stages = sharedSpans(axes);
  const { curves, n } = curvesOver(runs, stages, metric);
  return { stages, n, curves: atSharedEpochs(curves, runs, stages) };
}

/** One metric of one test out of all that was measured. */
export function valuesOf(
  { run, evaluations }: RunEvaluations,
  { test = 'questions', metric = 'exact_match' }: CurveOptions = {},
): RunValues {
  return {
    run,
    evaluations: evaluations.map(({ stage, epoch, metrics }) => {
      const tested = metrics.filter((each) => each.test === test && wasAsked(each));
      return {
        stage,
        epoch,
        values: Object.fromEntries(tested.map((each) => [each.subset, each[metric] ?? null])),
      };
    }),
  };
}

/** The stages that a config trains, or another program trained, on one axis of epochs. */
export function plannedSpans(config: SavedConfig): StageSpan[] {
  if (isImported(config)) return importedSpans(config);
  const { training } = config;
  let from = 0;
  return plannedStages(training).map((stage) => {
    const span = { stage, from, to: from + (training[stage]?.epochs ?? 0) };
    from = span.to;
    return span;
  });
}

/** The stages of several axes in training order, each as long as the longest: every stage begins at the same place. */
export function sharedSpans(axes: readonly (readonly StageSpan[])[]): StageSpan[] {
  const spans = axes.flat();
  let from = 0;
  return STAGE_IDS.flatMap((stage) => {
    const lengths = spans.filter((span) => span.stage === stage).map((span) => span.to - span.from);
    if (lengths.length === 0) return [];
    const span = { stage, from, to: from + Math.max(...lengths) };
    from = span.to;
    return [span];
  });
}

/**
 * Curves over runs of several experiments without the epochs that a run which went further was not asked at: a mean
 * over other runs than its neighbours would look like a change.
 */
export function atSharedEpochs(
  curves: readonly Curve[],
  runs: readonly RunValues[],
  stages: readonly StageSpan[],
): Curve[] {
  const counted = runs.filter(({ run }) => fromTheEnd(run));
  return curves.map(({ subset, points }) => {
    const asked = counted.map((each) => runValues(each, subset, stages).map(({ epoch }) => epoch));
    const reached = asked
      .filter((epochs) => epochs.length > 0)
      .map((epochs) => ({ at: new Set(epochs), last: Math.max(...epochs) }));
    const shared = ({ epoch }: CurvePoint) => reached.every(({ at, last }) => last < epoch || at.has(epoch));
    return { subset, points: points.filter(shared) };
  });
}

function plannedStages({ stage0, pipeline }: ExperimentConfig['training']): StageId[] {
  const after: Record<typeof pipeline, StageId[]> = {
    'single-stage': ['stage1'],
    'two-stage': ['stage1', 'stage2'],
    'three-stage': ['stage1', 'stage1_qa', 'stage2'],
  };
  return [...(stage0 ? (['stage0'] as const) : []), ...after[pipeline]];
}

/** One run's own curve of a subset, in training order. */
export function runValues(
  { evaluations }: RunValues,
  subset: TestSubset,
  stages: readonly StageSpan[],
): AxisValue[] {
  const starts = new Map(stages.map(({ stage, from }) => [stage, from]));
  return evaluations.flatMap(({ stage, epoch, values }) => {
    const start = starts.get(stage);
    const value = values[subset] ?? null;
    // Epoch 0 of a stage repeats the end of the one before: the same weights, asked again.
    if (start === undefined || value === null || (epoch === 0 && start > 0)) return [];
    return [{ epoch: start + epoch, value }];
  });
}

function stageSpans(runs: readonly RunValues[]): StageSpan[] {
  const evaluations = runs.flatMap((run) => run.evaluations);
  let from = 0;
  return STAGE_IDS.flatMap((stage) => {
    const epochs = evaluations.filter((evaluation) => evaluation.stage === stage).map(({ epoch }) => epoch);
    if (epochs.length === 0) return [];
    const span = { stage, from, to: from + Math.max(...epochs) };
    from = span.to;
    return [span];
  });
}

/** Mean and interval at each epoch, over the seeds that have a value there; several runs of a seed count once. */
function pointsOf(values: readonly (AxisValue & { seed: number })[], limits: Limits): CurvePoint[] {
  const byEpoch = Map.groupBy(values, ({ epoch }) => epoch);
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([epoch, runs]) => ({
      epoch,
      ...meanInterval(
        seedMeans(runs, ({ value }) => value),
        limits,
      )!,
    }));
}
