/** Thins the stream of steps into progress reports, at most ten a second. */
import type { TrainingPosition, TrainingProgress } from '#shared/progress.ts';
import type { Pace } from './pace.ts';
import type { StagePlan } from '../tasks/plan.ts';

/** Milliseconds between two reports. */
const REPORT_EVERY = 100;

export interface Reporter {
  /** Called after each optimiser step. */
  step(plan: StagePlan, position: TrainingPosition, loss: number): void;
  /** Time since the last step was no training (an evaluation): it does not count towards the rate. */
  restart(): void;
}

/** @param steps optimiser steps of the whole run */
export function createReporter(
  pace: Pace,
  steps: number,
  send: (progress: TrainingProgress) => void,
  now = () => performance.now(),
): Reporter {
  let reported = now();
  let last = reported;
  let trained = 0;
  let losses = 0;
  let count = 0;
  let examples = 0;
  return {
    restart: () => void (last = now()),
    step(plan, position, loss) {
      const at = now();
      trained += at - last;
      last = at;
      losses += loss;
      count++;
      examples += plan.rows;
      // By the clock, not by the time trained: where an epoch is short and each is evaluated, reports still come.
      if (at - reported < REPORT_EVERY) return;
      send({
        stage: plan.id,
        epoch: Math.min(position.epoch + 1, plan.epochs),
        epochs: plan.epochs,
        step: position.step,
        steps,
        fraction: pace.fraction(),
        loss: losses / count,
        examples_per_second: (1000 * examples) / trained,
        eta_seconds: pace.eta(),
      });
      reported = at;
      [trained, losses, count, examples] = [0, 0, 0, 0];
    },
  };
}
