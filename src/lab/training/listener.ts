/** What a run tells its host while it trains, and what it can go on from. */
import type { StateValues } from '../engines/engine.ts';
import type { GivenAnswers } from '#shared/answers.ts';
import type { Evaluation, LossPoint, TrainingPosition, TrainingProgress } from '#shared/progress.ts';
import type { StageRecord } from '#shared/records.ts';

/** Everything a run needs to go on exactly as if it had not stopped. */
export interface TrainingSnapshot {
  position: TrainingPosition;
  /** `parameters` and the optimiser's entries. */
  state: StateValues;
}

/** A run that begins with the weights of another one, which trained the stages before. */
export interface TakenOver {
  taken: TrainingSnapshot;
}

export type SaveMoment = 'step' | 'epoch' | 'stage' | 'stop';

/** What a run tells its host. */
export interface TrainingListener {
  planned(plan: { steps: number; flops: number }): void;
  stage(record: Omit<StageRecord, 'run'>): void;
  progress(progress: TrainingProgress): void;
  /** Points of the loss, in order. */
  trace?(points: LossPoint[]): void;
  /** @param answers null where the config does not keep them */
  evaluation(evaluation: Evaluation, answers: GivenAnswers | null): void;
  /**
   * A moment to save: between two steps, after an epoch whose weights are kept, at the end of a stage, before
   * stopping. `read` copies the state.
   */
  savePoint(moment: SaveMoment, read: () => Promise<TrainingSnapshot>): Promise<void>;
  /** Asked between steps. */
  next(): Promise<'go' | 'cancel'>;
}
