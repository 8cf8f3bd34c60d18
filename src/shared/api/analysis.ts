/** API: curves, effects and comparisons of saved experiments. */
import { z } from 'zod';
import type { ConfigDifference } from '../config-diff.ts';
import type { TaskId } from '../config.ts';
import type { TrainingParts } from '../config/training.ts';
import type { PointsPicture } from '../corpus.ts';
import { METRIC_IDS, type MetricId } from '../metrics.ts';
import { METRIC_TESTS, type RunState } from '../records.ts';
import type { EffectComparison } from '../stats/compare.ts';
import type { Curve, StageSpan } from '../stats/curves.ts';
import type { CurveTable } from '../stats/curve-table.ts';
import type { Effects } from '../stats/effects.ts';
import type { SeedsPlan } from '../stats/planner.ts';
import type { Registered } from '../stats/registered.ts';
import type { TestSubset } from '../subsets.ts';
import { id } from './experiments.ts';

/** One seed's own curve. */
export interface Trace {
  run: number;
  seed: number;
  state: RunState;
  subset: TestSubset;
  points: { epoch: number; value: number }[];
}

export interface CurvesReply {
  experiment: number;
  /** What the curves show. */
  metric: MetricId;
  /** The whole pipeline as configured, reached or not. */
  stages: StageSpan[];
  /** Mean and 95 % interval over the runs that have reached an epoch, per subset. */
  curves: Curve[];
  /** Empty unless asked for. */
  traces: Trace[];
  /** Runs that the curves are over. */
  n: number;
  /** Exact match of guessing, where the dataset says. */
  chance: number | null;
}

/** The curves of one experiment among several compared, as columns and in the digits that a figure shows. */
export interface ComparedCurves extends Pick<
  CurvesReply,
  'experiment' | 'metric' | 'stages' | 'n' | 'chance'
> {
  table: CurveTable;
}

/** Effects with what they mean in words. */
export interface EffectsReply {
  experiment: number;
  effects: Effects;
  finding: string;
  stage1_finding: string | null;
  /** What stands beside them where seeds were added after a result could be seen. */
  seeds_note: string | null;
}

/** The data of one run as a picture, with what it answered. */
export interface AnsweredPicture {
  run: number;
  seed: number;
  picture: PointsPicture;
}

interface ComparedExperiment extends EffectsReply {
  task: TaskId;
  pipeline: TrainingParts['pipeline'];
  name: string;
  created_at: string;
  labels: string[];
}

/** A plan of seeds, with what it is for. */
export interface NamedPlan {
  name: string;
  plan: SeedsPlan;
  sentence: string;
}

export interface CompareReply {
  /** Experiments asked for that the history no longer has. */
  missing: number[];
  experiments: ComparedExperiment[];
  /** Each experiment against the first, for every effect that both measured, with a sentence. */
  comparisons: EffectComparison[];
  /** A sentence for each experiment that read other data than one before it with the same dataset path. */
  data: string[];
  /** A sentence where they measured different metrics, which are not compared. */
  metrics: string[];
  /** What was registered before it was run, on the test questions. */
  registered: Registered;
  /** One row per field that differs, one value per experiment (null where it has no such field). */
  config: ConfigDifference[];
}

const test = z.enum(METRIC_TESTS).default('questions');
/** That of the task's headline unless said. */
const metric = z.enum(METRIC_IDS).optional();
const experiments = z.array(id).min(1).max(200);

export const analysisArguments = {
  /** `runs`: all that were evaluated so far, or only finished ones. */
  'analysis.curves': z.strictObject({
    experiment: id,
    test,
    metric,
    runs: z.enum(['all', 'done']).default('all'),
    traces: z.boolean().default(false),
  }),
  /** The curves of several experiments, over all runs evaluated so far. */
  'analysis.comparedCurves': z.strictObject({ experiments, test, metric }),
  'analysis.effects': z.strictObject({ experiment: id, test }),
  /** What a run answered, as a picture; of the first finished run that kept it where this one did not. */
  'analysis.answered': z.strictObject({ experiment: id, run: id.optional() }),
  /** `margin`: what is too small to matter, in the metric's unit. */
  'analysis.compare': z.strictObject({
    experiments,
    test,
    margin: z.number().positive().nullable().default(null),
  }),
  /** Seeds that would decide each difference to the first, or the IML effect of one; `margin` as in a comparison. */
  'analysis.plan': z.strictObject({ experiments, margin: z.number().positive().nullable().default(null) }),
} satisfies Record<keyof AnalysisReplies, z.ZodType>;

export interface AnalysisReplies {
  'analysis.curves': CurvesReply;
  'analysis.comparedCurves': ComparedCurves[];
  'analysis.effects': EffectsReply;
  /** Null where no finished run kept its answers, or they cannot be drawn. */
  'analysis.answered': AnsweredPicture | null;
  'analysis.compare': CompareReply;
  'analysis.plan': NamedPlan[];
}
