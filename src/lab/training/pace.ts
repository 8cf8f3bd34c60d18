/**
 * How far a run is and how long it will take. Work is counted in what is read forward (in training it costs about
 * three times as much), because stages differ in batch size and steps alone would mislead.
 */
import { TRAINING_COST, workOf, type StageWork } from '../tasks/plan.ts';

export interface Pace {
  trained(work: number): void;
  evaluated(): void;
  /** Work that an earlier process did: part of the fraction, not of the pace. */
  skipped(work: number, evaluations: number): void;
  /** Milliseconds in which nothing was meant to happen: a pause. */
  waited(milliseconds: number): void;
  /** Share of the work done, in `[0, 1]`. */
  fraction(): number;
  /** Seconds left at the pace so far; null before there is a pace. */
  eta(): number | null;
}

/**
 * @param stages the work of every stage
 * @param evaluationWork what one evaluation reads
 * @param now milliseconds, for tests
 */
export function trackPace(
  stages: readonly StageWork[],
  evaluationWork: number,
  now = () => performance.now(),
): Pace {
  const total = workOf(stages, evaluationWork);
  let done = 0;
  let first: { at: number; done: number } | null = null;
  const advance = (work: number) => {
    done += work;
    // The clock starts after the first work: start-up, the slow first step and skipped work do not count.
    first ??= { at: now(), done };
  };
  return {
    trained: (work) => advance(work * TRAINING_COST),
    evaluated: () => advance(evaluationWork),
    skipped: (work, evaluations) => {
      const skipped = work * TRAINING_COST + evaluations * evaluationWork;
      done += skipped;
      if (first) first.done += skipped;
    },
    waited: (milliseconds) => {
      if (first) first.at += milliseconds;
    },
    fraction: () => (total > 0 ? Math.min(1, done / total) : 1),
    eta: () => {
      if (!first || done === first.done) return null;
      const perUnit = (now() - first.at) / 1000 / (done - first.done);
      return Math.max(0, (total - done) * perUnit);
    },
  };
}
