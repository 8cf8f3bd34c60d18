/** Thins the stream of steps into progress reports, at most ten a second. */
import type { TrainingPosition, TrainingProgress } from '#shared/progress.ts';
import type { Pace } from './pace.ts';
import type { StagePlan } from './plan.ts';

/** Milliseconds between two reports. */
const REPORT_EVERY = 100;

export interface Reporter {
  /** Called after each optimiser step. */
  step(plan: StagePlan, position: TrainingPosition, loss: number): void;
  /** Time since the last step was no training (an evaluation): the pace starts anew. */
  restart(): void;
}

/** @param steps optimiser steps of the whole run */
export function createReporter(
  pace: Pace,
  steps: number,
  send: (progress: TrainingProgress) => void,
  now = () => performance.now(),
): Reporter {
  let since = now();
  let losses = 0;
  let count = 0;
  let examples = 0;
  return {
    restart: () => void ([since, losses, count, examples] = [now(), 0, 0, 0]),
    step(plan, position, loss) {
      losses += loss;
      count++;
      examples += plan.shape.batch;
      const elapsed = now() - since;
      if (elapsed < REPORT_EVERY) return;
      send({
        stage: plan.id,
        epoch: Math.min(position.epoch + 1, plan.config.epochs),
        epochs: plan.config.epochs,
        step: position.step,
        steps,
        fraction: pace.fraction(),
        loss: losses / count,
        examples_per_second: (1000 * examples) / elapsed,
        eta_seconds: pace.eta(),
      });
      [since, losses, count, examples] = [now(), 0, 0, 0];
    },
  };
}
