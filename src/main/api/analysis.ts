/** Curves and effects of one saved experiment, kept where no run is under way. */
import type { ComparedCurves, CurvesReply, EffectsReply, Trace } from '#shared/api/analysis.ts';
import type { Handlers } from '#shared/contract.ts';
import { chanceOf } from '#shared/datasets.ts';
import type { MetricId } from '#shared/metrics.ts';
import type { RunValues } from '#shared/records.ts';
import { curvesOf, curveTable } from '#shared/stats/curve-table.ts';
import { curvesOver, plannedSpans, runValues, type StageSpan } from '#shared/stats/curves.ts';
import { effectsOf as findEffects } from '#shared/stats/effects.ts';
import { findingSentence, stage1Sentence } from '#shared/stats/finding.ts';
import { metricOf } from '#shared/tasks.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import type { History } from '../history/history.ts';
import type { Kept } from './kept.ts';

export interface Analysis {
  curves(args: CurveArguments): CurvesReply;
  /** The same as columns, which is also how they are kept. */
  curveTable(args: TableArguments): ComparedCurves;
  effects(args: EffectsArguments): EffectsReply;
}

type CurveArguments = Parameters<Handlers['analysis.curves']>[0];
type TableArguments = Omit<CurveArguments, 'traces'>;

export function createAnalysis(history: History, { keeping }: Kept): Analysis {
  const table = keeping('curves', (args: TableArguments) => tableOf(history, args, valuesOf(history, args)));
  const traced = keeping(
    'traces',
    (args: TableArguments) => withTraces(history, args),
    () => false,
  );
  return {
    curves: ({ traces, ...args }) => (traces ? traced(args) : { ...pointByPoint(table(args)), traces: [] }),
    curveTable: table,
    effects: keeping('effects', (args) => effects(history, args)),
  };
}

/** The runs that the curves are over. */
function valuesOf(history: History, { experiment, test, metric, runs }: TableArguments): RunValues[] {
  return history
    .valuesOf(experiment, test, metricAsked(history, { experiment, metric }))
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
  { experiment, metric }: TableArguments,
  values: readonly RunValues[],
): ComparedCurves {
  const { config } = history.getExperiment(experiment);
  const shown = metric ?? metricOf(config);
  const { stages, curves, n } = curvesOver(values, plannedSpans(config), shown);
  return {
    experiment,
    metric: shown,
    stages,
    n,
    chance: chanceOf(config.dataset),
    table: curveTable(curves),
  };
}

function pointByPoint({ table, ...reply }: ComparedCurves): Omit<CurvesReply, 'traces'> {
  return { ...reply, curves: curvesOf(table) };
}

function withTraces(history: History, args: TableArguments): CurvesReply {
  const values = valuesOf(history, args);
  const reply = pointByPoint(tableOf(history, args, values));
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
  };
}
