/** API: groups of experiments compared, each measured as one. */
import type { ComparedGroups } from '#shared/api/analysis.ts';
import type { MetricTest } from '#shared/records.ts';
import { pipelineOf } from '#shared/saved-config.ts';
import { compareMeasured, type EffectComparison } from '#shared/stats/compare.ts';
import type { Contrast } from '#shared/stats/contrast.ts';
import { effectsOf } from '#shared/stats/effects.ts';
import { findingSentence } from '#shared/stats/finding.ts';
import type { History } from '../history/history.ts';
import { comparedExperiment, measuredEffects, measuredSide } from '../report/comparison/input.ts';
import { comparedSides, sideWith, type ComparedSide } from '../report/comparison/sides.ts';
import type { Grouping } from '../table/experiment-groups.ts';

interface Asked {
  contrasts: readonly Contrast[];
  /** Number of the experiment whose group the others are compared with. */
  baseline: number | null;
  margin: number | null;
  /** Tests whose subsets are told too. */
  beside: readonly MetricTest[];
}

export function groupsCompared(
  history: History,
  { groups }: Grouping,
  { contrasts, baseline, margin, beside }: Asked,
): { grouped: ComparedGroups; comparisons: EffectComparison[] } {
  const ids = groups.flatMap(({ experiments }) => experiments);
  const sides = comparedSides(
    ids.map((id) => comparedExperiment(history, id, false)),
    groups,
  );
  const measured = measuredEffects(contrasts, sides.map(measuredSide));
  const base = sideWith(sides, baseline)?.id ?? null;
  return {
    grouped: {
      groups: sides.map((side) => groupOf(side, beside)),
      baseline: base,
      effects: measured.map(({ effects }) => effects),
    },
    comparisons: compareMeasured(sides, measured, { margin, baseline: base }),
  };
}

function groupOf(side: ComparedSide, beside: readonly MetricTest[]): ComparedGroups['groups'][number] {
  const { id: place, name: label, experiments, effects } = side;
  const pipelines = new Set(experiments.map(({ config }) => pipelineOf(config)));
  return {
    ...{ place, label, effects },
    experiments: experiments.map(({ id }) => id),
    finding: findingSentence(effects),
    beside: Object.fromEntries(beside.map((test) => [test, effectsOf(side.runs, test, side.metric).subsets])),
    pipeline: pipelines.size === 1 ? [...pipelines][0]! : null,
  };
}
