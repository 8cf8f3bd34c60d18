/** API: curves, effects and comparisons of saved experiments. */
import { z } from 'zod';
import type { ConfigDifference } from '../config-diff.ts';
import type { TrainingParts } from '../config/training.ts';
import type { PointsPicture } from '../corpus.ts';
import { METRIC_IDS, type MetricId } from '../metrics.ts';
import { METRIC_TESTS, type MetricTest, type RunState } from '../records.ts';
import { columnName, type TableHead } from './table.ts';
import type { Cell } from '../table/filter.ts';
import { ROWS } from '../table/rows.ts';
import type { LaidAlong } from '../stats/along.ts';
import type { EffectComparison, MeasuredEffect } from '../stats/compare.ts';
import type { Contrast } from '../stats/contrast.ts';
import { HEADLINE_CONTRASTS } from '../stats/headline-contrasts.ts';
import type { Curve, StageSpan } from '../stats/curves.ts';
import type { CurveTable } from '../stats/curve-table.ts';
import type { Effects } from '../stats/effects.ts';
import type { Moment } from '../stats/final-values.ts';
import type { Interval } from '../stats/interval.ts';
import { PLANNED_TESTS } from '../stats/planned-tests.ts';
import type { SeedsPlan } from '../stats/planner.ts';
import type { Registered } from '../stats/registered.ts';
import { TEST_SUBSETS, type TestSubset } from '../subsets.ts';
import { id, taskName } from './experiments.ts';

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

/** The curves of one experiment as columns. */
export interface TabledCurves extends Pick<CurvesReply, 'experiment' | 'metric' | 'stages' | 'n' | 'chance'> {
  table: CurveTable;
}

/** Those of one among several compared: of the subsets that were asked for, in the digits that a figure shows. */
interface ComparedCurves extends TabledCurves {
  /** All subsets that have a curve. */
  measured: TestSubset[];
}

/** Curves over all experiments of a comparison that share a value. */
export interface GroupedCurves extends Omit<ComparedCurves, 'experiment'> {
  /** What they share, in words: `alpha 0.5, order tve`. */
  label: string;
  experiments: number[];
  /** Runs that the curves are over. */
  runs: number;
}

/** One run's own curve of a subset, as columns. */
export interface ComparedTrace {
  experiment: number;
  seed: number;
  subset: TestSubset;
  epochs: number[];
  values: number[];
}

/** How far a subset is from that of the baseline, at one moment: the other minus the baseline. */
export interface SubsetDifference extends Interval {
  /** Number of the experiment, or place of the group. */
  side: number;
  subset: TestSubset;
  at: Moment;
  paired: boolean;
}

/** Experiments or runs with what they are laid out by. */
export interface ComparedPoints {
  /** The column that each name asked for is of. */
  ids: Record<string, string>;
  columns: (TableHead & {
    /** What its numbers are of; null for a number that is no metric. */
    metric: MetricId | null;
    /** Whether they are how much better one subset did than another. */
    difference: boolean;
  })[];
  rows: {
    experiment: number;
    /** Null where a row is an experiment. */
    run: number | null;
    seed: number | null;
    /** The values as they are, and as they are written. */
    cells: Cell[];
    texts: string[];
  }[];
}

/** The effects of a comparison laid out along a column. */
export interface EffectsAlong extends LaidAlong {
  /** That of the axis. */
  column: TableHead;
  /** What was asked of each experiment. */
  contrasts: Contrast[];
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
  /** What was measured, the headline's first. */
  metrics: readonly MetricId[];
  pipeline: TrainingParts['pipeline'];
  name: string;
  created_at: string;
  labels: string[];
  /** What each subset measured in other tests. */
  beside: Partial<Record<MetricTest, Effects['subsets']>>;
}

/** Experiments that share a value, measured as one: a seed's runs in all of them are averaged first. */
interface ComparedGroup {
  /** From 1, in the order of the values. */
  place: number;
  /** What they share, in words: `Truthfulness α 0.5`. */
  label: string;
  experiments: number[];
  effects: Effects;
  finding: string;
  /** What each subset measured in other tests. */
  beside: Partial<Record<MetricTest, Effects['subsets']>>;
  /** Null where its experiments differ in it. */
  pipeline: TrainingParts['pipeline'] | null;
}

export interface ComparedGroups {
  groups: ComparedGroup[];
  /** Place of the one that the others are compared with: that of the baseline. */
  baseline: number | null;
  /** What each contrast found in each of them, in their order. */
  effects: MeasuredEffect['effects'][];
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
  /** Number of the one that the others are compared with; null where there is none at all. */
  baseline: number | null;
  /** Tests that any of them ran. */
  tests: MetricTest[];
  /** What is asked of each of them, with what it found, in their order. */
  contrasts: (Contrast & MeasuredEffect)[];
  /** Groups of them, where that was asked for. */
  grouped: ComparedGroups | null;
  /** Each experiment or group against the baseline, for every effect that both measured, with a sentence. */
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
const margin = z.number().positive().nullable().default(null);

/** Columns that experiments are put together by; none leaves each by itself. */
export const by = z.array(columnName).max(2).default([]);

/** What seeds are planned for. */
export const planned = z.enum(PLANNED_TESTS).default('t');

/** What a comparison is told by, wherever it is asked for. */
export const baseline = id.nullable().default(null);
export const effects = z
  .array(z.string().max(100))
  .min(1)
  .max(20)
  .default([...HEADLINE_CONTRASTS]);

const subsets = z.array(z.enum(TEST_SUBSETS as [TestSubset, ...TestSubset[]])).max(40);

export const analysisArguments = {
  /** `runs`: all that were evaluated so far, or only finished ones. */
  'analysis.curves': z.strictObject({
    experiment: id,
    test,
    metric,
    runs: z.enum(['all', 'done']).default('all'),
    traces: z.boolean().default(false),
  }),
  /** The curves of several experiments, over all runs evaluated so far. `subsets`: those wanted, all unless said. */
  'analysis.comparedCurves': z.strictObject({ experiments, test, metric, subsets: subsets.optional() }),
  /** The same over all experiments that share the values of one or two columns. */
  'analysis.groupedCurves': z.strictObject({
    experiments,
    test,
    metric,
    subsets: subsets.optional(),
    by: z.array(columnName).min(1).max(2),
  }),
  /** The curves of single runs, on the axis of their group where they are grouped. */
  'analysis.comparedTraces': z.strictObject({
    ...{ experiments, test, metric, by },
    subsets,
  }),
  'analysis.effects': z.strictObject({ experiment: id, test }),
  /** What a run answered, as a picture; of the first finished run that kept it where this one did not. */
  'analysis.answered': z.strictObject({ experiment: id, run: id.optional() }),
  /**
   * `margin`: what is too small to matter, in the metric's unit. `baseline`: what the others are compared with, the
   * first unless said. `effects`: as `contrastNamed` reads them. `beside`: tests whose subsets are told too. `by`: columns
   * whose groups are compared in place of the experiments.
   */
  'analysis.compare': z.strictObject({
    experiments,
    test,
    margin,
    baseline,
    effects,
    by,
    beside: z.array(z.enum(METRIC_TESTS)).max(METRIC_TESTS.length).default([]),
  }),
  /** How far each subset is from that of the baseline. */
  'analysis.differences': z.strictObject({ experiments, test, baseline, by }),
  /** Experiments, or their runs, with the values of columns of the table. */
  'analysis.points': z.strictObject({
    experiments,
    rows: z.enum(ROWS).default('experiments'),
    columns: z.array(columnName).min(1).max(30),
  }),
  /** Effects along a column; `lines`: one whose values are lines of their own. `by` as in a comparison. */
  'analysis.effectsAlong': z.strictObject({
    ...{ experiments, effects, by },
    along: columnName,
    lines: columnName.nullable().default(null),
  }),
  /**
   * Seeds that would decide each difference to the baseline, or the IML effect of one; `margin` and `by` as in a comparison.
   * `planned`: the test that is to find it. Worked out in a thread, and cancelled by the name of its `task`.
   */
  'analysis.plan': z.strictObject({
    ...{ experiments, margin, baseline, effects, by, planned },
    task: taskName.optional(),
  }),
} satisfies Record<keyof AnalysisReplies, z.ZodType>;

export interface AnalysisReplies {
  'analysis.curves': CurvesReply;
  'analysis.comparedCurves': ComparedCurves[];
  'analysis.groupedCurves': GroupedCurves[];
  'analysis.comparedTraces': ComparedTrace[];
  'analysis.effects': EffectsReply;
  /** Null where no finished run kept its answers, or they cannot be drawn. */
  'analysis.answered': AnsweredPicture | null;
  'analysis.compare': CompareReply;
  'analysis.differences': SubsetDifference[];
  'analysis.points': ComparedPoints;
  'analysis.effectsAlong': EffectsAlong;
  'analysis.plan': NamedPlan[];
}
