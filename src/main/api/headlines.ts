/**
 * The effects that the list of experiments shows, worked out once per change and kept in the history; after them
 * the curves, so that they are there when an experiment is first looked at; and after those the warm-up.
 */
import { analysisArguments } from '#shared/api/analysis.ts';
import type { Headline, HeadlineEffect } from '#shared/api/experiments.ts';
import { UserError } from '#shared/errors.ts';
import type { ExperimentSummary } from '#shared/records.ts';
import type { TagEffect } from '#shared/stats/effects.ts';
import type { History } from '../history/history.ts';
import type { Analysis } from './analysis.ts';
import type { Kept } from './kept.ts';
import type { WarmUp } from './warm-up.ts';

export interface Headlines {
  /** The headline of each experiment; those out of date are null and worked out in the background. */
  of(list: readonly ExperimentSummary[]): (Headline | null)[];
  /** Leaves the machine to a window that is about to draw the list. */
  stepBack(): void;
  close(): void;
}

interface Parts {
  history: History;
  analysis: Analysis;
  kept: Kept;
  warmUp: WarmUp;
  /** Told the experiments whose headline has become known. */
  ready: (experiments: number[]) => void;
}

const NOTHING: Headline = { n: 0, iml: null, stage1: null };
/** Milliseconds of work between two turns of the event loop. */
const STRETCH = 20;
/** Milliseconds between two curves: nobody waits for them. */
const PAUSE = 50;
/** Milliseconds between two steps of the warm-up, in which requests have their turn. */
const BREATH = 10;
/** Milliseconds that the window has to itself to draw the list, where nothing in it is missing. */
const DRAWING = 300;

export function createHeadlines({ history, analysis, kept, warmUp, ready }: Parts): Headlines {
  /** Stamps by experiment. */
  const missing = new Map<number, string>();
  const curves = new Set<number>();
  const keepHeadline = (id: number) => {
    const stamp = missing.get(id)!;
    missing.delete(id);
    history.keepHeadline(id, stamp, headlineOf(analysis, id));
    if (kept.stampOf(history.summaryOf(id)) === stamp) curves.add(id);
  };
  const keepCurves = (id: number) => {
    curves.delete(id);
    analysis.curves(analysisArguments['analysis.curves'].parse({ experiment: id }));
  };
  const worker = createWorker(() => {
    if (missing.size > 0) ready(forAWhile(missing.keys(), keepHeadline));
    else if (curves.size > 0) forAWhile(curves.values(), keepCurves);
    else warmUp.step();
    if (missing.size > 0) return 0;
    if (curves.size > 0) return PAUSE;
    return warmUp.pending ? BREATH : null;
  });
  const stepBack = () => {
    if (missing.size === 0 && curves.size === 0 && warmUp.pending) worker.wait(DRAWING);
  };
  return {
    stepBack,
    of(list) {
      const known = history.headlines();
      const found = list.map((item) => {
        if (item.states.done === 0) return NOTHING;
        const stamp = kept.stampOf(item) ?? `under way: ${item.states.done} ${item.finished_at}`;
        const entry = known.get(item.id);
        if (entry?.stamp === stamp) return entry.headline;
        missing.set(item.id, stamp);
        return null;
      });
      warmUp.over(list);
      if (missing.size > 0) worker.start(0);
      stepBack();
      return found;
    },
    close: worker.stop,
  };
}

/** Works in stretches. @param work returns milliseconds until it goes on; null where nothing is left */
function createWorker(work: () => number | null) {
  let timer: NodeJS.Timeout | null = null;
  const turn = () => {
    const pause = work();
    timer = pause === null ? null : setTimeout(turn, pause);
  };
  return {
    start: (after: number) => void (timer ??= setTimeout(turn, after)),
    /** Goes on only so much later, also where it is under way. */
    wait(after: number): void {
      clearTimeout(timer ?? undefined);
      timer = setTimeout(turn, after);
    },
    stop: () => clearTimeout(timer ?? undefined),
  };
}

/** @returns the experiments done */
function forAWhile(experiments: Iterable<number>, act: (experiment: number) => void): number[] {
  const until = performance.now() + STRETCH;
  const done: number[] = [];
  for (const id of experiments) {
    try {
      act(id);
      done.push(id);
    } catch (error) {
      // It may have been deleted since it was listed.
      if (!(error instanceof UserError)) throw error;
    }
    if (performance.now() > until) break;
  }
  return done;
}

function headlineOf(analysis: Analysis, experiment: number): Headline {
  const { n, effects } = analysis.effects({ experiment, test: 'questions' }).effects;
  return { n, iml: headlineEffect(effects.iml), stage1: headlineEffect(effects.stage1) };
}

function headlineEffect(effect: TagEffect | null): HeadlineEffect | null {
  if (!effect) return null;
  const { metric, stage, mean, low, high, p, n } = effect;
  return { metric, stage, mean, low, high, p, n };
}
