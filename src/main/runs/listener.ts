import type { Evaluation, TrainingProgress } from '#shared/progress.ts';
import type { RunRecord } from '#shared/records.ts';

/** What the queue tells whoever watches. */
export interface QueueListener {
  started?(run: RunRecord): void;
  progress?(run: RunRecord, progress: TrainingProgress): void;
  evaluation?(run: RunRecord, evaluation: Evaluation): void;
  ended?(run: RunRecord): void;
}
