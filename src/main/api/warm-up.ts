/**
 * Has the first comparison after a start answered as fast as later ones: until code has run a few times it is
 * slow, and resamples are drawn when they are first needed. So the newest experiments, which are the likeliest to
 * be looked at, are compared two by two beforehand; their curves and effects stay in memory.
 */
import { HEADLINE_CONTRASTS } from '#shared/stats/headline-contrasts.ts';
import type { Handlers } from '#shared/contract.ts';
import { UserError } from '#shared/errors.ts';
import type { ExperimentSummary } from '#shared/records.ts';

export interface WarmUp {
  /** Says which experiments there are, newest first; only the first time counts. */
  over(list: readonly ExperimentSummary[]): void;
  readonly pending: boolean;
  /** Does a little of it. */
  step(): void;
}

/** Experiments compared, each with the one before it. */
const NEWEST = 9;

/** What the compare view asks for when it is opened. */
const AS_OPENED: Omit<Parameters<Compared['analysis.compare']>[0], 'experiments'> = {
  ...{ test: 'questions', margin: null, baseline: null, by: [], beside: [] },
  effects: [...HEADLINE_CONTRASTS],
};

type Compared = Pick<Handlers, 'analysis.compare' | 'analysis.comparedCurves'>;

export function createWarmUp(handlers: Compared): WarmUp {
  let waiting: [number, number][] | null = null;
  return {
    over(list) {
      const ids = list.filter(({ states }) => states.done > 0).map(({ id }) => id);
      waiting ??= ids.slice(1, NEWEST).map((id, i) => [ids[i], id]);
    },
    get pending() {
      return waiting !== null && waiting.length > 0;
    },
    step() {
      const experiments = waiting?.pop();
      if (!experiments) return;
      try {
        JSON.stringify([
          handlers['analysis.compare']({ experiments, ...AS_OPENED }),
          handlers['analysis.comparedCurves']({ experiments, test: 'questions' }),
        ]);
      } catch (error) {
        // They may have been deleted since they were listed.
        if (!(error instanceof UserError)) throw error;
      }
    },
  };
}
