import type { LogLine } from '#shared/api/runs.ts';
import type { EngineId } from '#shared/engines.ts';
import type { Evaluation, TrainingProgress } from '#shared/progress.ts';
import type { RunRecord, StageRecord } from '#shared/records.ts';

/** What the queue tells whoever watches. */
export interface QueueListener {
  /** Engines are measured for a run's experiment, before any of its runs starts. */
  measuring?(run: RunRecord, engines: readonly EngineId[]): void;
  started?(run: RunRecord): void;
  /** Engine, device or state became known or changed while it runs. */
  changed?(run: RunRecord): void;
  progress?(run: RunRecord, progress: TrainingProgress): void;
  evaluation?(run: RunRecord, evaluation: Evaluation): void;
  stage?(run: RunRecord, stage: StageRecord): void;
  /** Weights were saved. */
  checkpoint?(run: RunRecord): void;
  /** Something a person should know that stops nothing. */
  remark?(run: RunRecord, text: string): void;
  log?(run: RunRecord, line: LogLine): void;
  /** @param flops what it computed, roughly, where one process did all of it; null otherwise */
  ended?(run: RunRecord, flops: number | null): void;
  /** Which runs wait or train, their order, the slots or the hold changed. */
  queue?(): void;
}
