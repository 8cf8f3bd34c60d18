/** Which experiments a comparison is of, and what each of them measured. */
import type { History } from '../history/history.ts';
import type { MeasuredSide } from '../report/comparison/input.ts';
import { once } from '../table/once.ts';
import type { Context } from './context.ts';

/** Those that the history has: a link may name one that was deleted since. */
export function present(history: History, experiments: readonly number[]): number[] {
  return [...new Set(experiments)].filter((id) => history.hasExperiment(id));
}

/** What an experiment measured, effects as they are kept. */
export function sideOf(
  { history, analysis }: Pick<Context, 'history' | 'analysis'>,
  experiment: number,
): MeasuredSide {
  return {
    effectsOf: (test) => analysis.effects({ experiment, test }).effects,
    runs: once(() => history.evaluationsOf(experiment, { last: true })),
  };
}
