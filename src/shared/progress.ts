/** What a training run tells while it runs. */
import type { EvaluationRecord, StageId } from './records.ts';

/** Sent at most ten times a second. */
export interface TrainingProgress {
  stage: StageId;
  /** Epochs of the stage begun so far, from 1. */
  epoch: number;
  epochs: number;
  /** Optimiser steps of the whole run, done and in all. */
  step: number;
  steps: number;
  /** Share of the run's work that is done, by cost rather than by steps; in `[0, 1]`. */
  fraction: number;
  /** Mean training loss (nats per predicted token) since the last report. */
  loss: number;
  /** Training documents per second since the last report. */
  examples_per_second: number;
  /** Seconds left, from the pace so far; null before there is a pace. */
  eta_seconds: number | null;
}

/** The loss after a step, as it is kept. */
export interface LossPoint {
  /** Optimiser steps of the whole run done. */
  step: number;
  /** Mean training loss (nats per predicted token) since the point before. */
  loss: number;
  /** Training documents per second since the point before. */
  examples_per_second: number;
}

/** The test results at one point of a run, before the history knows which run it was. */
export type Evaluation = Omit<EvaluationRecord, 'run'>;

/** Where a run stands between two steps: what a checkpoint must hold beside the weights. */
export interface TrainingPosition {
  stage: StageId;
  /** Epochs of that stage finished. */
  epoch: number;
  /** Optimiser steps finished: in the stage and in the whole run. */
  stage_step: number;
  step: number;
}
