/** API: curves, effects and comparisons of saved experiments. */
import type {
  AnalysisReplies,
  CompareReply,
  CurvesReply,
  EffectsReply,
  MetricRow,
  Trace,
} from '#shared/api/analysis.ts';
import { configDiff } from '#shared/config-diff.ts';
import { chanceOf } from '#shared/datasets.ts';
import type { Handlers } from '#shared/contract.ts';
import { LIVE_STATES, type MetricTest, type RunEvaluations } from '#shared/records.ts';
import { compareEffects } from '#shared/stats/compare.ts';
import { learningCurves, plannedSpans, runValues, type CurveOptions } from '#shared/stats/curves.ts';
import { mean } from '#shared/stats/describe.ts';
import { effectsOf as findEffects } from '#shared/stats/effects.ts';
import { findingSentence, stage1Sentence } from '#shared/stats/finding.ts';
import { TEST_SUBSETS, type TestSubset } from '#shared/subsets.ts';
import type { History } from '../history/history.ts';
import type { Context } from './context.ts';

/** Replies about finished experiments that are kept: a comparison asks for the same ones again and again. */
const KEPT = 64;

export function analysisHandlers({ history }: Context): Pick<Handlers, keyof AnalysisReplies> {
  const curvesOf = keepingFinished(history, (args: CurveArguments) => curves(history, args));
  const effectsOf = keepingFinished(history, (args: EffectsArguments) => effects(history, args));
  return {
    'analysis.curves': curvesOf,
    'analysis.effects': effectsOf,
    'analysis.compare': ({ experiments, test }) =>
      compare(history, [...new Set(experiments)], (experiment) => effectsOf({ experiment, test })),
    'analysis.table': ({ experiments, ...options }) =>
      [...new Set(experiments)].flatMap((id) => metricRows(history, id, options)),
  };
}

type CurveArguments = Parameters<Handlers['analysis.curves']>[0];

/** Keeps replies about experiments none of whose runs is under way: those change only when a run ends. */
function keepingFinished<A extends { experiment: number }, R>(history: History, make: (args: A) => R) {
  const kept = new Map<string, R>();
  return (args: A): R => {
    const { states, finished_at } = history.summaryOf(args.experiment);
    if (LIVE_STATES.some((state) => states[state] > 0)) return make(args);
    const key = JSON.stringify([args, states, finished_at]);
    const reply = kept.get(key) ?? make(args);
    kept.delete(key);
    kept.set(key, reply);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    return reply;
  };
}

function curves(history: History, { experiment, test, metric, ...args }: CurveArguments): CurvesReply {
  const { config } = history.getExperiment(experiment);
  const runs = history
    .evaluationsOf(experiment)
    .filter(({ run, evaluations }) => (args.runs === 'all' ? evaluations.length > 0 : run.state === 'done'));
  const options = { test, metric, stages: plannedSpans(config) };
  return {
    experiment,
    ...learningCurves(runs, options),
    stages: options.stages,
    traces: args.traces ? runs.flatMap((run) => tracesOf(run, options)) : [],
    chance: chanceOf(config.dataset),
  };
}

function tracesOf(evaluated: RunEvaluations, options: CurveOptions): Trace[] {
  const { id: run, seed, state } = evaluated.run;
  return TEST_SUBSETS.flatMap((subset) => {
    const points = runValues(evaluated, subset, options.stages ?? [], options);
    return points.length > 0 ? [{ run, seed, state, subset, points }] : [];
  });
}

type EffectsArguments = Parameters<Handlers['analysis.effects']>[0];

function effects(history: History, { experiment, test }: EffectsArguments): EffectsReply {
  const found = findEffects(history.evaluationsOf(experiment, { last: true }), test);
  return {
    experiment,
    effects: found,
    finding: findingSentence(found),
    stage1_finding: found.n > 0 ? stage1Sentence(found) : null,
  };
}

function compare(
  history: History,
  ids: readonly number[],
  effectsOf: (experiment: number) => EffectsReply,
): CompareReply {
  const sides = ids.map((id) => ({
    experiment: history.getExperiment(id),
    reply: effectsOf(id),
  }));
  const [first, ...others] = sides.map(({ experiment, reply }) => ({ experiment, effects: reply.effects }));
  return {
    experiments: sides.map(({ experiment: { name, created_at, labels }, reply }) => ({
      ...reply,
      name,
      created_at,
      labels,
    })),
    comparisons: others.flatMap((other) => compareEffects(first, other)),
    config: configDiff(sides.map(({ experiment }) => experiment.config)).map(({ field, values }) => ({
      field,
      values: values.map((value) => value ?? null),
    })),
  };
}

interface TableOptions {
  test: MetricTest;
  metric: 'exact_match' | 'loss';
  pick: 'last' | 'max' | 'mean';
}

function metricRows(history: History, id: number, options: TableOptions): MetricRow[] {
  const { name, config } = history.getExperiment(id);
  const stages = plannedSpans(config);
  return history.evaluationsOf(id, { last: options.pick === 'last' }).map((evaluated) => {
    const { id: run, seed, state, seconds } = evaluated.run;
    const picked = TEST_SUBSETS.flatMap((subset) => {
      const values = runValues(evaluated, subset, stages, options).map(({ value }) => value);
      return values.length > 0 ? [[subset, pickOf(values, options.pick)] as const] : [];
    });
    const values: Partial<Record<TestSubset, number>> = Object.fromEntries(picked);
    return { experiment: id, experiment_name: name, run, seed, state, seconds, values };
  });
}

function pickOf(values: readonly number[], pick: TableOptions['pick']): number {
  if (pick === 'last') return values.at(-1)!;
  return pick === 'max' ? Math.max(...values) : mean(values);
}
