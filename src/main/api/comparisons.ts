/** API: curves, effects and comparisons of saved experiments. */
import type { AnalysisReplies, CompareReply, SubsetDifference } from '#shared/api/analysis.ts';
import type { Handlers } from '#shared/contract.ts';
import { differenceLimits } from '#shared/metrics.ts';
import { METRIC_TESTS, type MetricTest } from '#shared/records.ts';
import { compareMeasured, designBetween, otherMetrics } from '#shared/stats/compare.ts';
import { differenceInterval } from '#shared/stats/seed-difference.ts';
import { figureTable } from '#shared/stats/curve-table.ts';
import { subsetSeeds } from '#shared/stats/final-values.ts';
import { testsOf, metricsOf } from '#shared/tasks.ts';
import { pipelineOf, savedDiff } from '#shared/saved-config.ts';
import { toPlan } from '../experiments/plans.ts';
import { registeredOf } from '../experiments/registrations.ts';
import { otherData } from '../experiments/other-data.ts';
import {
  assertBaseline,
  comparisonOf,
  contrastsNamed,
  experimentRuns,
  measuredEffects,
} from '../report/comparison/input.ts';
import { sidesOf, sideWith, type Side } from '../report/comparison/sides.ts';
import { groupingBy } from '../table/experiment-groups.ts';
import { groupsCompared } from './compared-groups.ts';
import { present, sideOf } from './compared.ts';
import type { ComparedRowMethods } from './compared-rows.ts';
import type { Context } from './context.ts';

export function analysisHandlers({
  history,
  analysis,
  table,
  workbench,
}: Pick<Context, 'history' | 'analysis' | 'table' | 'workbench'>): Pick<
  Handlers,
  Exclude<keyof AnalysisReplies, 'analysis.answered' | ComparedRowMethods>
> {
  return {
    'analysis.curves': analysis.curves,
    'analysis.comparedCurves': ({ experiments, test, metric, subsets }) =>
      present(history, experiments).map((experiment) => {
        const { table: whole, ...found } = analysis.curveTable({ experiment, test, metric, runs: 'all' });
        const measured = whole.curves.map(({ subset }) => subset);
        return { ...found, measured, table: figureTable(whole, subsets) };
      }),
    'analysis.effects': analysis.effects,
    'analysis.compare': (asked) => compare({ history, analysis, table }, asked),
    'analysis.differences': (asked) => differences({ history, table }, asked),
    'analysis.plan': ({ experiments, margin, baseline, effects, by, planned, task }) => {
      const grouping = groupingBy({ history, table }, experiments, by);
      const compared = comparisonOf(history, experiments, { baseline, effects, grouping });
      return workbench.run('planSeeds', toPlan(compared, { margin, planned }), task);
    },
  };
}

type Tabled = Pick<Context, 'history' | 'table'>;

function compare(
  { history, analysis, table }: Tabled & Pick<Context, 'analysis'>,
  {
    experiments: asked,
    test,
    margin,
    baseline,
    effects,
    by,
    beside,
  }: Parameters<Handlers['analysis.compare']>[0],
): CompareReply {
  const effectsOf = (experiment: number, of: MetricTest) => analysis.effects({ experiment, test: of });
  assertBaseline(asked, baseline);
  const contrasts = contrastsNamed(effects);
  const ids = present(history, asked);
  const records = ids.map((id) => history.getExperiment(id));
  const replies = ids.map((id) => effectsOf(id, test));
  const compared = records.map((experiment, i) => ({ experiment, effects: replies[i].effects }));
  const measured = measuredEffects(
    contrasts,
    ids.map((id) => sideOf({ history, analysis }, id)),
  );
  const first = baselineAmong(ids, baseline);
  const grouping = groupingBy({ history, table }, ids, by);
  const found = grouping && groupsCompared(history, grouping, { contrasts, baseline: first, margin, beside });
  return {
    missing: [...new Set(asked)].filter((id) => !ids.includes(id)),
    experiments: records.map(({ id, name, created_at, labels, config }, i) => ({
      ...replies[i],
      metrics: metricsOf(config),
      pipeline: pipelineOf(config),
      ...{ name, created_at, labels },
      beside: Object.fromEntries(beside.map((of) => [of, effectsOf(id, of).effects.subsets])),
    })),
    baseline: first,
    tests: METRIC_TESTS.filter((each) => records.some(({ config }) => testsOf(config).includes(each))),
    contrasts: contrasts.map((contrast, i) => ({ ...contrast, ...measured[i] })),
    grouped: found?.grouped ?? null,
    comparisons: found?.comparisons ?? compareMeasured(records, measured, { margin, baseline }),
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
  { history, table }: Tabled,
  { experiments, test, baseline, by }: Parameters<Handlers['analysis.differences']>[0],
): SubsetDifference[] {
  const ids = present(history, experiments);
  const given = ids.map((id) => experimentRuns(history, id, false));
  const sides = sidesOf(given, groupingBy({ history, table }, ids, by)?.groups ?? null);
  const base = sideWith(sides, baselineAmong(ids, baseline));
  if (!base) return [];
  const seedsOf = ({ runs, metric }: Side) => subsetSeeds(runs, { test, metric });
  const first = seedsOf(base);
  return sides
    .filter((side) => side !== base && side.metric === base.metric)
    .flatMap((side) =>
      seedsOf(side).flatMap(({ subset, at, per_seed }) => {
        const other = first.find((each) => each.subset === subset && each.at === at);
        const limits = differenceLimits(side.metric);
        const { design } = designBetween(base, side);
        const found = other && differenceInterval(other.per_seed, per_seed, limits, design);
        return found ? [{ side: side.id, subset, at, ...found }] : [];
      }),
    );
}
