/** Everything a comparison of saved experiments is told from, on the command line, in the window and in reports. */
import { configDiff, type ConfigDifference } from '#shared/config-diff.ts';
import type { ExperimentRecord, RunEvaluations } from '#shared/records.ts';
import { compareEffects, otherMetrics, type EffectComparison } from '#shared/stats/compare.ts';
import { effectsOf, type Effects } from '#shared/stats/effects.ts';
import type { Registered } from '#shared/stats/registered.ts';
import { metricOf } from '#shared/tasks.ts';
import { otherData } from '../../experiments/other-data.ts';
import { registeredOf } from '../../experiments/registrations.ts';
import type { History } from '../../history/history.ts';

/** One of the experiments compared. */
export interface ComparedExperiment {
  experiment: ExperimentRecord;
  /** With their evaluations: all of them, or the last of each stage. */
  runs: RunEvaluations[];
  effects: Effects;
}

export interface ComparisonInput {
  /** In the order that was asked for; the others are compared with the first. */
  compared: ComparedExperiment[];
  comparisons: EffectComparison[];
  differences: ConfigDifference[];
  /** What keeps some of them from being compared, in words. */
  remarks: string[];
  registered: Registered;
  /** What was called too small to matter, in the metric's unit. */
  margin: number | null;
}

export interface ComparisonOptions {
  /** What is too small to matter, in the metric's unit. */
  margin?: number | null;
  /** With all evaluations, for figures over epochs. */
  curves?: boolean;
}

/**
 * Compares saved experiments.
 * @throws UserError `history.no-experiment`
 */
export function comparisonOf(
  history: History,
  experiments: readonly number[],
  { margin = null, curves = false }: ComparisonOptions = {},
): ComparisonInput {
  const compared = experiments.map((id) => comparedExperiment(history, id, curves));
  const records = compared.map(({ experiment }) => experiment);
  return {
    compared,
    comparisons: compareEffects(compared, { margin }),
    differences: configDiff(records.map(({ config }) => config)),
    remarks: [...otherData(records), ...otherMetrics(compared)],
    registered: registeredOf(history, experiments),
    margin,
  };
}

function comparedExperiment(history: History, id: number, curves: boolean): ComparedExperiment {
  const experiment = history.getExperiment(id);
  const runs = history.evaluationsOf(id, { last: !curves });
  return { experiment, runs, effects: effectsOf(runs, 'questions', metricOf(experiment.config)) };
}
