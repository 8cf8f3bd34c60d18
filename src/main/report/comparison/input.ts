/** Everything a comparison of saved experiments is told from, on the command line, in the window and in reports. */
import type { ConfigDifference } from '#shared/config-diff.ts';
import { savedDiff } from '#shared/saved-config.ts';
import { UserError } from '#shared/errors.ts';
import type { MetricTest, RunEvaluations } from '#shared/records.ts';
import {
  compareMeasured,
  otherMetrics,
  type EffectComparison,
  type MeasuredEffect,
} from '#shared/stats/compare.ts';
import { contrastEffect, contrastNamed, contrastTitle, type Contrast } from '#shared/stats/contrast.ts';
import { HEADLINE_CONTRASTS } from '#shared/stats/headline-contrasts.ts';
import { effectsOf, type Effects } from '#shared/stats/effects.ts';
import type { PlannedTest } from '#shared/stats/planned-tests.ts';
import type { Registered } from '#shared/stats/registered.ts';
import { metricOf } from '#shared/tasks.ts';
import { otherData } from '../../experiments/other-data.ts';
import { registeredOf } from '../../experiments/registrations.ts';
import type { History } from '../../history/history.ts';
import type { Grouping } from '../../table/experiment-groups.ts';
import {
  comparedSides,
  sideWith,
  type ComparedExperiment,
  type ComparedSide,
  type ExperimentRuns,
} from './sides.ts';

export interface ComparisonInput {
  /** The baseline first, the others in the order that was asked for; they are compared with it. */
  compared: ComparedExperiment[];
  /** What stands side by side: these, or groups of them; the one with the baseline first. */
  sides: ComparedSide[];
  /** Columns that they are grouped by; null where they are not. */
  by: readonly string[] | null;
  /** What is asked of each of them. */
  contrasts: Contrast[];
  /** The same as it was measured on each side. */
  measured: MeasuredEffect[];
  comparisons: EffectComparison[];
  differences: ConfigDifference[];
  /** What keeps some of them from being compared, in words. */
  remarks: string[];
  registered: Registered;
  /** What was called too small to matter, in the metric's unit. */
  margin: number | null;
  /** The test that seeds are planned for. */
  planned: PlannedTest;
}

export interface ComparisonOptions {
  /** Number of the experiment that the others are compared with; the first unless said. */
  baseline?: number | null;
  /** As `contrastNamed` reads them; the headline ones unless said. */
  effects?: readonly string[];
  /** What is too small to matter, in the metric's unit. */
  margin?: number | null;
  /** The test that seeds are planned for; the t-test unless said. */
  planned?: PlannedTest;
  /** With all evaluations, for figures over epochs. */
  curves?: boolean;
  /** Groups of these experiments, which are then compared in place of them. */
  grouping?: Grouping | null;
}

/**
 * Compares saved experiments.
 * @throws UserError `history.no-experiment`, `compare.baseline`, `compare.effect`
 */
export function comparisonOf(
  history: History,
  experiments: readonly number[],
  options: ComparisonOptions = {},
): ComparisonInput {
  const { margin = null, curves = false, baseline, effects = HEADLINE_CONTRASTS } = options;
  const { grouping = null, planned = 't' } = options;
  const ids = baselineFirst(experiments, baseline ?? null);
  const contrasts = contrastsNamed(effects);
  const compared = ids.map((id) => comparedExperiment(history, id, curves));
  const records = compared.map(({ experiment }) => experiment);
  const sides = baselineSideFirst(comparedSides(compared, grouping?.groups ?? null), ids[0]);
  const measured = measuredEffects(contrasts, sides.map(measuredSide));
  return {
    ...{ compared, sides, by: grouping?.by ?? null, contrasts, measured, margin, planned },
    comparisons: compareMeasured(sides, measured, { margin }),
    differences: savedDiff(records.map(({ config }) => config)),
    remarks: [...otherData(records), ...otherMetrics(compared)],
    registered: registeredOf(history, ids),
  };
}

/** Each once. @throws UserError `compare.effect` */
export function contrastsNamed(effects: readonly string[]): Contrast[] {
  return [...new Map(effects.map(contrastNamed).map((contrast) => [contrast.id, contrast])).values()];
}

/** @throws UserError `compare.baseline` where it is none of them */
export function assertBaseline(experiments: readonly number[], baseline: number | null): void {
  if (baseline === null || experiments.includes(baseline)) return;
  throw new UserError(
    'compare.baseline',
    `baseline ${baseline} is none of the experiments compared; name one of ${experiments.join(', ')}`,
  );
}

function baselineFirst(experiments: readonly number[], baseline: number | null): number[] {
  assertBaseline(experiments, baseline);
  return baseline === null ? [...experiments] : [...new Set([baseline, ...experiments])];
}

function baselineSideFirst(sides: readonly ComparedSide[], baseline: number): ComparedSide[] {
  const first = sideWith(sides, baseline);
  return first ? [first, ...sides.filter((side) => side !== first)] : [];
}

/** Where a contrast finds what an experiment measured. */
export interface MeasuredSide {
  effectsOf(test: MetricTest): Pick<Effects, 'comparisons' | 'metric'>;
  runs(): readonly RunEvaluations[];
}

/** Every contrast in every experiment. */
export function measuredEffects(
  contrasts: readonly Contrast[],
  sides: readonly MeasuredSide[],
): MeasuredEffect[] {
  return contrasts.map((contrast) => ({
    id: contrast.id,
    title: contrastTitle(contrast),
    effects: sides.map((side) => contrastEffect(contrast, side.effectsOf(contrast.test), () => side.runs())),
  }));
}

export function measuredSide({ runs, effects }: Pick<ComparedSide, 'runs' | 'effects'>): MeasuredSide {
  const of = (test: MetricTest) => (test === 'questions' ? effects : effectsOf(runs, test, effects.metric));
  return { effectsOf: of, runs: () => runs };
}

/** With what it found, as {@link experimentRuns}. */
export function comparedExperiment(history: History, id: number, curves: boolean): ComparedExperiment {
  const { experiment, runs } = experimentRuns(history, id, curves);
  return { experiment, runs, effects: effectsOf(runs, 'questions', metricOf(experiment.config)) };
}

/** @param curves with all evaluations, not the last of each stage alone */
export function experimentRuns(history: History, id: number, curves: boolean): ExperimentRuns {
  return { experiment: history.getExperiment(id), runs: history.evaluationsOf(id, { last: !curves }) };
}
