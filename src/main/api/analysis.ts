/** Curves and effects of one saved experiment, kept where no run is under way. */
import { addedSeedsNote } from '#shared/added-seeds.ts';
import type { TabledCurves, CurvesReply, EffectsReply, Trace } from '#shared/api/analysis.ts';
import type { Handlers } from '#shared/contract.ts';
import type { MetricId } from '#shared/metrics.ts';
import type { RunValues } from '#shared/records.ts';
import { curvesOf, curveTable } from '#shared/stats/curve-table.ts';
import { curvesOver, plannedSpans, runValues, type StageSpan } from '#shared/stats/curves.ts';
import { effectsOf as findEffects } from '#shared/stats/effects.ts';
import { findingSentence, stage1Sentence } from '#shared/stats/finding.ts';
import { metricOf } from '#shared/tasks.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import { chanceIn } from '#shared/saved-config.ts';
import type { History } from '../history/history.ts';
import type { Kept } from './kept.ts';

export interface Analysis {
  curves(args: CurveArguments): CurvesReply;
  /** The same as columns, which is also how they are kept. */
  curveTable(args: TableArguments): TabledCurves;
  effects(args: EffectsArguments): EffectsReply;
}

type CurveArguments = Parameters<Handlers['analysis.curves']>[0];
type TableArguments = Omit<CurveArguments, 'traces'>;
/** With the metric that is shown: what was asked for, or the task's own. */
type Asked = TableArguments & { metric: MetricId };

export function createAnalysis(history: History, { keeping }: Kept): Analysis {
  const table = keeping('curves', (asked: Asked) => tableOf(history, asked, valuesOf(history, asked)));
  const traced = keeping(
    'traces',
    (asked: Asked) => withTraces(history, asked),
    () => false,
  );
  // One order of fields: what is kept is found by them, asked for by name or not.
  const ask = ({ experiment, test, runs, metric }: TableArguments): Asked => ({
    ...{ experiment, test, runs },
    metric: metricAsked(history, { experiment, metric }),
  });
  return {
    curves: ({ traces, ...args }) =>
      traces ? traced(ask(args)) : { ...pointByPoint(table(ask(args))), traces: [] },
    curveTable: (args) => table(ask(args)),
    effects: keeping('effects', (args) => effects(history, args)),
  };
}

/** The runs that the curves are over. */
function valuesOf(history: History, { experiment, test, metric, runs }: Asked): RunValues[] {
  return history
    .valuesOf(experiment, test, metric)
    .filter(({ run, evaluations }) => (runs === 'all' ? evaluations.length > 0 : run.state === 'done'));
}

/** The metric that was asked for, or the task's own. */
function metricAsked(
  history: History,
  { experiment, metric }: Pick<TableArguments, 'experiment' | 'metric'>,
): MetricId {
  return metric ?? metricOf(history.getExperiment(experiment).config);
}

function tableOf(
  history: History,
  { experiment, metric, test }: Asked,
  values: readonly RunValues[],
): TabledCurves {
  const { config } = history.getExperiment(experiment);
  const { stages, curves, n } = curvesOver(values, plannedSpans(config), metric);
  return {
    experiment,
    metric,
    stages,
    n,
    chance: chanceIn(config, test),
    table: curveTable(curves),
  };
}

function pointByPoint({ table, ...reply }: TabledCurves): Omit<CurvesReply, 'traces'> {
  return { ...reply, curves: curvesOf(table) };
}

function withTraces(history: History, asked: Asked): CurvesReply {
  const values = valuesOf(history, asked);
  const reply = pointByPoint(tableOf(history, asked, values));
  return { ...reply, traces: values.flatMap((run) => tracesOf(run, reply.stages)) };
}

function tracesOf(values: RunValues, stages: readonly StageSpan[]): Trace[] {
  const { id: run, seed, state } = values.run;
  return TEST_SUBSETS.flatMap((subset) => {
    const points = runValues(values, subset, stages);
    return points.length > 0 ? [{ run, seed, state, subset, points }] : [];
  });
}

type EffectsArguments = Parameters<Handlers['analysis.effects']>[0];

function effects(history: History, { experiment, test }: EffectsArguments): EffectsReply {
  const metric = metricAsked(history, { experiment });
  const found = findEffects(history.evaluationsOf(experiment, { last: true }), test, metric);
  return {
    experiment,
    effects: found,
    finding: findingSentence(found),
    stage1_finding: found.n > 0 ? stage1Sentence(found) : null,
    seeds_note: found.n > 0 ? addedSeedsNote(history.getExperiment(experiment).added_seeds) : null,
  };
}
