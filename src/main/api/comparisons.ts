/** API: curves, effects and comparisons of saved experiments. */
import type { AnalysisReplies, CompareReply, EffectsReply, SubsetDifference } from '#shared/api/analysis.ts';
import type { Handlers } from '#shared/contract.ts';
import { differenceLimits } from '#shared/metrics.ts';
import { METRIC_TESTS, type MetricTest } from '#shared/records.ts';
import { compareMeasured, designOf, differenceInterval, otherMetrics } from '#shared/stats/compare.ts';
import { figureTable } from '#shared/stats/curve-table.ts';
import { subsetSeeds } from '#shared/stats/effects.ts';
import { metricOf, testsOf, metricsOf } from '#shared/tasks.ts';
import { pipelineOf, savedDiff } from '#shared/saved-config.ts';
import { plansOf } from '../experiments/plans.ts';
import { registeredOf } from '../experiments/registrations.ts';
import { otherData } from '../experiments/other-data.ts';
import type { History } from '../history/history.ts';
import { assertBaseline, comparisonOf, contrastsNamed, measuredEffects } from '../report/comparison/input.ts';
import type { Context } from './context.ts';

export function analysisHandlers({
  history,
  analysis,
}: Pick<Context, 'history' | 'analysis'>): Pick<
  Handlers,
  Exclude<
    keyof AnalysisReplies,
    'analysis.answered' | 'analysis.groupedCurves' | 'analysis.comparedTraces' | 'analysis.points'
  >
> {
  return {
    'analysis.curves': analysis.curves,
    'analysis.comparedCurves': ({ experiments, test, metric }) =>
      present(history, experiments).map((experiment) => {
        const found = analysis.curveTable({ experiment, test, metric, runs: 'all' });
        return { ...found, table: figureTable(found.table) };
      }),
    'analysis.effects': analysis.effects,
    'analysis.compare': (asked) =>
      compare(history, asked, (experiment, test) => analysis.effects({ experiment, test })),
    'analysis.differences': ({ experiments, test, baseline }) =>
      differences(history, present(history, experiments), test, baseline),
    'analysis.plan': ({ experiments, margin, baseline, effects }) =>
      plansOf(comparisonOf(history, experiments, { baseline, effects }), { margin }),
  };
}

/** Those that the history has: a link may name one that was deleted since. */
export function present(history: History, experiments: readonly number[]): number[] {
  return [...new Set(experiments)].filter((id) => history.hasExperiment(id));
}

function compare(
  history: History,
  {
    experiments: asked,
    test,
    margin,
    baseline,
    effects,
    beside,
  }: Parameters<Handlers['analysis.compare']>[0],
  effectsOf: (experiment: number, test: MetricTest) => EffectsReply,
): CompareReply {
  assertBaseline(asked, baseline);
  const contrasts = contrastsNamed(effects);
  const ids = present(history, asked);
  const records = ids.map((id) => history.getExperiment(id));
  const replies = ids.map((id) => effectsOf(id, test));
  const compared = records.map((experiment, i) => ({ experiment, effects: replies[i].effects }));
  const measured = measuredEffects(
    contrasts,
    ids.map((id) => ({
      effectsOf: (of) => effectsOf(id, of).effects,
      runs: () => history.evaluationsOf(id, { last: true }),
    })),
  );
  return {
    missing: [...new Set(asked)].filter((id) => !ids.includes(id)),
    experiments: records.map(({ id, name, created_at, labels, config }, i) => ({
      ...replies[i],
      metrics: metricsOf(config),
      pipeline: pipelineOf(config),
      ...{ name, created_at, labels },
      beside: Object.fromEntries(beside.map((of) => [of, effectsOf(id, of).effects.subsets])),
    })),
    baseline: baselineAmong(ids, baseline),
    tests: METRIC_TESTS.filter((each) => records.some(({ config }) => testsOf(config).includes(each))),
    contrasts: contrasts.map((contrast, i) => ({ ...contrast, ...measured[i] })),
    comparisons: compareMeasured(records, measured, { margin, baseline }),
    registered: registeredOf(history, ids),
    data: otherData(records),
    metrics: otherMetrics(compared),
    config: savedDiff(records.map(({ config }) => config)).map(({ field, values }) => ({
      field,
      values: values.map((value) => value ?? null),
    })),
  };
}

/** The first where none is named, or where it was deleted since; null where there is no experiment at all. */
function baselineAmong(ids: readonly number[], baseline: number | null): number | null {
  return ids.find((id) => id === baseline) ?? ids[0] ?? null;
}

function differences(
  history: History,
  ids: readonly number[],
  test: MetricTest,
  baseline: number | null,
): SubsetDifference[] {
  const base = baselineAmong(ids, baseline);
  if (base === null) return [];
  const seedsOf = (id: number) => {
    const { config } = history.getExperiment(id);
    const metric = metricOf(config);
    const seeds = subsetSeeds(history.evaluationsOf(id, { last: true }), { test, metric });
    return { id, config, metric, seeds };
  };
  const first = seedsOf(base);
  return ids
    .filter((id) => id !== base)
    .map(seedsOf)
    .filter(({ metric }) => metric === first.metric)
    .flatMap(({ id, config, metric, seeds }) =>
      seeds.flatMap(({ subset, at, per_seed }) => {
        const other = first.seeds.find((each) => each.subset === subset && each.at === at);
        const design = designOf(first.config, config);
        const found = other && differenceInterval(other.per_seed, per_seed, differenceLimits(metric), design);
        return found ? [{ experiment: id, subset, at, ...found }] : [];
      }),
    );
}
