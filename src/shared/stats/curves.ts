/** The points of the learning curves: exact match over epochs, mean and interval over seeds. */
import type { ExperimentConfig } from '../config.ts';
import { STAGE_IDS, type MetricTest, type RunEvaluations, type StageId } from '../records.ts';
import { bootstrapInterval, type Interval } from './describe.ts';
import { metricOf } from './effects.ts';
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
  metric?: 'exact_match' | 'loss';
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
  const stages = options.stages ?? stageSpans(runs);
  const counted = runs.filter(({ run }) => fromTheEnd(run));
  const curves = TEST_SUBSETS.map((subset) => {
    const values = counted.flatMap((evaluated) =>
      runValues(evaluated, subset, stages, options).map((at) => ({ seed: evaluated.run.seed, ...at })),
    );
    return { subset, points: pointsOf(values) };
  });
  return {
    stages,
    curves: curves.filter(({ points }) => points.length > 0),
    n: new Set(counted.map(({ run }) => run.seed)).size,
  };
}

/** The stages that a config trains, on one axis of epochs. */
export function plannedSpans({ training }: ExperimentConfig): StageSpan[] {
  let from = 0;
  return plannedStages(training).map((stage) => {
    const span = { stage, from, to: from + (training[stage]?.epochs ?? 0) };
    from = span.to;
    return span;
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
  { evaluations }: RunEvaluations,
  subset: TestSubset,
  stages: readonly StageSpan[],
  { test = 'questions', metric = 'exact_match' }: CurveOptions = {},
): AxisValue[] {
  const starts = new Map(stages.map(({ stage, from }) => [stage, from]));
  return evaluations.flatMap((evaluation) => {
    const start = starts.get(evaluation.stage);
    const value = metricOf(evaluation, subset, test)?.[metric] ?? null;
    // Epoch 0 of a stage repeats the end of the one before: the same weights, asked again.
    if (start === undefined || value === null || (evaluation.epoch === 0 && start > 0)) return [];
    return [{ epoch: start + evaluation.epoch, value }];
  });
}

function stageSpans(runs: readonly RunEvaluations[]): StageSpan[] {
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
function pointsOf(values: readonly (AxisValue & { seed: number })[]): CurvePoint[] {
  const byEpoch = Map.groupBy(values, ({ epoch }) => epoch);
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([epoch, runs]) => ({ epoch, ...bootstrapInterval(seedMeans(runs, ({ value }) => value))! }));
}
