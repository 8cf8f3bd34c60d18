/** Curves and effects of one saved experiment, kept where no run is under way. */
import type { CurvesReply, EffectsReply, Trace } from '#shared/api/analysis.ts';
import type { Handlers } from '#shared/contract.ts';
import { chanceOf } from '#shared/datasets.ts';
import type { RunValues } from '#shared/records.ts';
import { curvesOver, plannedSpans, runValues, type StageSpan } from '#shared/stats/curves.ts';
import { effectsOf as findEffects } from '#shared/stats/effects.ts';
import { findingSentence, stage1Sentence } from '#shared/stats/finding.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import type { History } from '../history/history.ts';
import type { Kept } from './kept.ts';

export interface Analysis {
  curves(args: CurveArguments): CurvesReply;
  effects(args: EffectsArguments): EffectsReply;
}

export function createAnalysis(history: History, { keeping }: Kept): Analysis {
  return {
    curves: keeping(
      'curves',
      (args) => curves(history, args),
      ({ traces }) => !traces,
    ),
    effects: keeping('effects', (args) => effects(history, args)),
  };
}

type CurveArguments = Parameters<Handlers['analysis.curves']>[0];

function curves(history: History, { experiment, test, metric, ...args }: CurveArguments): CurvesReply {
  const { config } = history.getExperiment(experiment);
  const runs = history
    .valuesOf(experiment, test, metric)
    .filter(({ run, evaluations }) => (args.runs === 'all' ? evaluations.length > 0 : run.state === 'done'));
  const stages = plannedSpans(config);
  return {
    experiment,
    ...curvesOver(runs, stages),
    traces: args.traces ? runs.flatMap((run) => tracesOf(run, stages)) : [],
    chance: chanceOf(config.dataset),
  };
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
  const found = findEffects(history.evaluationsOf(experiment, { last: true }), test);
  return {
    experiment,
    effects: found,
    finding: findingSentence(found),
    stage1_finding: found.n > 0 ? stage1Sentence(found) : null,
  };
}
