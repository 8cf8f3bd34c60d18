/** The effects that the list of experiments shows: worked out once per change, kept in the history. */
import type { Headline, HeadlineEffect } from '#shared/api/experiments.ts';
import type { ExperimentSummary } from '#shared/records.ts';
import type { TagEffect } from '#shared/stats/effects.ts';
import { effectsOfExperiment } from '../experiments/experiment.ts';
import type { History } from '../history/history.ts';

export interface Headlines {
  /** The headline of each experiment; those out of date are null and worked out in the background. */
  of(list: readonly ExperimentSummary[]): (Headline | null)[];
  close(): void;
}

const NOTHING: Headline = { n: 0, iml: null, stage1: null };
/** Milliseconds of work between two turns of the event loop. */
const STRETCH = 20;

/** @param ready called with the experiments whose headline has become known */
export function createHeadlines(history: History, ready: (experiments: number[]) => void): Headlines {
  const missing = new Map<number, string>();
  let timer: NodeJS.Immediate | null = null;
  const work = () => {
    timer = null;
    ready(fillIn(history, missing));
    if (missing.size > 0) timer = setImmediate(work);
  };
  return {
    of(list) {
      const known = history.headlines();
      const found = list.map((item) => {
        if (item.states.done === 0) return NOTHING;
        const entry = known.get(item.id);
        if (entry?.stamp === stampOf(item)) return entry.headline;
        missing.set(item.id, stampOf(item));
        return null;
      });
      if (missing.size > 0) timer ??= setImmediate(work);
      return found;
    },
    close: () => {
      if (timer) clearImmediate(timer);
    },
  };
}

/** Works out headlines for a short while. @returns the experiments done */
function fillIn(history: History, missing: Map<number, string>): number[] {
  const until = performance.now() + STRETCH;
  const done: number[] = [];
  for (const [id, stamp] of missing) {
    missing.delete(id);
    history.keepHeadline(id, stamp, headlineOf(history, id));
    done.push(id);
    if (performance.now() > until) break;
  }
  return done;
}

function headlineOf(history: History, id: number): Headline {
  const { n, effects } = effectsOfExperiment(history, id);
  return { n, iml: headlineEffect(effects.iml), stage1: headlineEffect(effects.stage1) };
}

function headlineEffect(effect: TagEffect | null): HeadlineEffect | null {
  if (!effect) return null;
  const { mean, low, high, p, n } = effect;
  return { mean, low, high, p, n };
}

/** Changes whenever a run ends or is queued again. */
function stampOf({ states, finished_at }: ExperimentSummary): string {
  return `${states.done} ${finished_at}`;
}
