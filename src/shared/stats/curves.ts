/** The points of the learning curves: exact match over epochs, mean and interval over seeds. */
import { STAGE_IDS, type MetricTest, type RunEvaluations, type StageId } from '../records.ts';
import { bootstrapInterval, type Interval } from './describe.ts';
import { exactMatch } from './effects.ts';
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
  /** Runs that the curves are over. */
  n: number;
}

/**
 * Learning curves over all runs given, on one axis of epochs across the stages.
 * @param runs runs with all their evaluations
 */
export function learningCurves(
  runs: readonly RunEvaluations[],
  test: MetricTest = 'questions',
): LearningCurves {
  const stages = stageSpans(runs);
  const curves = TEST_SUBSETS.map((subset) => ({ subset, points: curvePoints(runs, test, subset, stages) }));
  return { stages, curves: curves.filter(({ points }) => points.length > 0), n: runs.length };
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

function curvePoints(
  runs: readonly RunEvaluations[],
  test: MetricTest,
  subset: TestSubset,
  stages: StageSpan[],
): CurvePoint[] {
  const values = new Map<number, number[]>();
  const starts = new Map(stages.map(({ stage, from }) => [stage, from]));
  for (const evaluation of runs.flatMap((run) => run.evaluations)) {
    const value = exactMatch(evaluation, subset, test);
    if (value === undefined) continue;
    // Epoch 0 of a stage repeats the end of the one before: the same weights, asked again.
    const epoch = starts.get(evaluation.stage)! + evaluation.epoch;
    if (evaluation.epoch === 0 && epoch > 0) continue;
    values.set(epoch, [...(values.get(epoch) ?? []), value]);
  }
  return [...values]
    .sort(([a], [b]) => a - b)
    .map(([epoch, seeds]) => ({ epoch, ...bootstrapInterval(seeds)! }));
}
