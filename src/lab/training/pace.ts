/**
 * How far a run is and how long it will take. Work is counted in tokens read forward (a training token
 * costs about three), because stages differ in batch size and steps alone would mislead.
 */

/** Forward and backward against forward alone. */
const TRAINING_COST = 3;

export interface StageWork {
  steps: number;
  /** Input tokens per training step. */
  tokensPerStep: number;
  evaluations: number;
}

/** Tokens read forward, or as costly, over all stages with their evaluations. */
export function workOf(stages: readonly StageWork[], evaluationTokens: number): number {
  return stages.reduce(
    (sum, stage) =>
      sum + stage.steps * stage.tokensPerStep * TRAINING_COST + stage.evaluations * evaluationTokens,
    0,
  );
}

export interface Pace {
  trained(tokens: number): void;
  evaluated(): void;
  /** Work that an earlier process did: part of the fraction, not of the pace. */
  skipped(tokens: number, evaluations: number): void;
  /** Milliseconds in which nothing was meant to happen: a pause. */
  waited(milliseconds: number): void;
  /** Share of the work done, in `[0, 1]`. */
  fraction(): number;
  /** Seconds left at the pace so far; null before there is a pace. */
  eta(): number | null;
}

/**
 * @param stages the work of every stage
 * @param evaluationTokens input tokens of one evaluation
 * @param now milliseconds, for tests
 */
export function trackPace(
  stages: readonly StageWork[],
  evaluationTokens: number,
  now = () => performance.now(),
): Pace {
  const total = workOf(stages, evaluationTokens);
  let done = 0;
  let first: { at: number; done: number } | null = null;
  const advance = (work: number) => {
    done += work;
    // The clock starts after the first work: start-up, the slow first step and skipped work do not count.
    first ??= { at: now(), done };
  };
  return {
    trained: (tokens) => advance(tokens * TRAINING_COST),
    evaluated: () => advance(evaluationTokens),
    skipped: (tokens, evaluations) => {
      const work = tokens * TRAINING_COST + evaluations * evaluationTokens;
      done += work;
      if (first) first.done += work;
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
