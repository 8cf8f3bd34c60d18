/** API: the experiments of a comparison by their values: grouped by them, and laid out along them. */
import type { ComparedTrace, GroupedCurves } from '#shared/api/analysis.ts';
import type { Handlers } from '#shared/contract.ts';
import type { MetricTest, RunValues } from '#shared/records.ts';
import { curveTable, figureTable } from '#shared/stats/curve-table.ts';
import { plannedSpans, pooledCurves, runValues, sharedSpans, type StageSpan } from '#shared/stats/curves.ts';
import { chanceInAll } from '#shared/saved-config.ts';
import type { History } from '../history/history.ts';
import { effectsAlong } from '../report/comparison/along.ts';
import { experimentGroups, type ExperimentGroup } from '../table/experiment-groups.ts';
import { comparedPoints } from '../table/points.ts';
import { present, sideOf } from './compared.ts';
import type { Context } from './context.ts';

type TracesAsked = Parameters<Handlers['analysis.comparedTraces']>[0];
export type ComparedRowMethods =
  'analysis.groupedCurves' | 'analysis.comparedTraces' | 'analysis.points' | 'analysis.effectsAlong';

export function comparedRowHandlers({
  history,
  analysis,
  table,
}: Pick<Context, 'history' | 'analysis' | 'table'>): Pick<Handlers, ComparedRowMethods> {
  return {
    'analysis.groupedCurves': (asked) =>
      groupsOf({ history, table }, asked).map((group) => groupedCurves(history, group, asked)),
    'analysis.comparedTraces': (asked) =>
      groupsOf({ history, table }, asked).flatMap((group) => tracesOf(history, group, asked)),
    'analysis.points': ({ experiments, rows, columns }) =>
      comparedPoints(table, { experiments: present(history, experiments), rows, columns }),
    'analysis.effectsAlong': (asked) =>
      effectsAlong(
        { history, table },
        { ...asked, experiments: present(history, asked.experiments) },
        (experiment) => sideOf({ history, analysis }, experiment),
      ),
  };
}

function groupsOf(
  context: Pick<Context, 'history' | 'table'>,
  { experiments, by, metric }: Pick<TracesAsked, 'experiments' | 'by' | 'metric'>,
): ExperimentGroup[] {
  return experimentGroups(context, { experiments: present(context.history, experiments), by, metric });
}

/** The stages of each experiment of a group. */
function axesOf(history: History, { experiments }: ExperimentGroup): StageSpan[][] {
  return experiments.map((id) => plannedSpans(history.getExperiment(id).config));
}

/** Runs of all of a group that were evaluated so far. */
function valuesOf(history: History, { experiments, metric }: ExperimentGroup, test: MetricTest): RunValues[] {
  return experiments.flatMap((id) =>
    history.valuesOf(id, test, metric).filter(({ evaluations }) => evaluations.length > 0),
  );
}

function groupedCurves(
  history: History,
  group: ExperimentGroup,
  { test, subsets }: Parameters<Handlers['analysis.groupedCurves']>[0],
): GroupedCurves {
  const { label, experiments, metric } = group;
  const values = valuesOf(history, group, test);
  const { curves, stages, n } = pooledCurves(values, axesOf(history, group), metric);
  const configs = experiments.map((id) => history.getExperiment(id).config);
  return {
    ...{ label, experiments, metric, stages, n },
    runs: values.length,
    chance: chanceInAll(configs, test),
    measured: curves.map(({ subset }) => subset),
    table: figureTable(curveTable(curves), subsets),
  };
}

function tracesOf(
  history: History,
  group: ExperimentGroup,
  { test, subsets }: Pick<TracesAsked, 'test' | 'subsets'>,
): ComparedTrace[] {
  const stages = sharedSpans(axesOf(history, group));
  return valuesOf(history, group, test).flatMap((values) =>
    subsets.flatMap((subset) => {
      const points = runValues(values, subset, stages);
      if (points.length === 0) return [];
      const { experiment, seed } = values.run;
      const rounded = points.map(({ value }) => Number(value.toFixed(6)));
      return [{ experiment, seed, subset, epochs: points.map(({ epoch }) => epoch), values: rounded }];
    }),
  );
}
