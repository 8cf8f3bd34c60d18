/** API: curves, effects and comparisons of saved experiments. */
import type { AnalysisReplies, CompareReply, EffectsReply } from '#shared/api/analysis.ts';
import { configDiff } from '#shared/config-diff.ts';
import type { Handlers } from '#shared/contract.ts';
import { compareEffects, otherMetrics } from '#shared/stats/compare.ts';
import { figureTable } from '#shared/stats/curve-table.ts';
import { plansOf } from '../experiments/plans.ts';
import { registeredOf } from '../experiments/registrations.ts';
import { otherData } from '../experiments/other-data.ts';
import type { History } from '../history/history.ts';
import { comparisonOf } from '../report/comparison/input.ts';
import type { Context } from './context.ts';

export function analysisHandlers({
  history,
  analysis,
}: Pick<Context, 'history' | 'analysis'>): Pick<
  Handlers,
  Exclude<keyof AnalysisReplies, 'analysis.answered'>
> {
  return {
    'analysis.curves': analysis.curves,
    'analysis.comparedCurves': ({ experiments, test, metric }) =>
      present(history, experiments).map((experiment) => {
        const found = analysis.curveTable({ experiment, test, metric, runs: 'all' });
        return { ...found, table: figureTable(found.table) };
      }),
    'analysis.effects': analysis.effects,
    'analysis.compare': ({ experiments, test, margin }) =>
      compare(history, experiments, margin, (experiment) => analysis.effects({ experiment, test })),
    'analysis.plan': ({ experiments, margin }) => plansOf(comparisonOf(history, experiments), { margin }),
  };
}

/** Those that the history has: a link may name one that was deleted since. */
function present(history: History, experiments: readonly number[]): number[] {
  return [...new Set(experiments)].filter((id) => history.hasExperiment(id));
}

function compare(
  history: History,
  asked: readonly number[],
  margin: number | null,
  effectsOf: (experiment: number) => EffectsReply,
): CompareReply {
  const ids = present(history, asked);
  const sides = ids.map((id) => ({
    experiment: history.getExperiment(id),
    reply: effectsOf(id),
  }));
  const compared = sides.map(({ experiment, reply }) => ({ experiment, effects: reply.effects }));
  return {
    missing: [...new Set(asked)].filter((id) => !ids.includes(id)),
    experiments: sides.map(({ experiment: { name, created_at, labels, config }, reply }) => ({
      ...reply,
      task: config.task,
      pipeline: config.training.pipeline,
      name,
      created_at,
      labels,
    })),
    comparisons: compareEffects(compared, { margin }),
    registered: registeredOf(history, ids),
    data: otherData(sides.map(({ experiment }) => experiment)),
    metrics: otherMetrics(compared),
    config: configDiff(sides.map(({ experiment }) => experiment.config)).map(({ field, values }) => ({
      field,
      values: values.map((value) => value ?? null),
    })),
  };
}
