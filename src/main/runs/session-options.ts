import type { ExperimentConfig } from '#shared/config.ts';
import type { RunRecord } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import type { QueueListener } from './listener.ts';
import type { WorkerLink } from './worker-link.ts';

/** What one run in one training process needs. */
export interface SessionOptions {
  run: RunRecord;
  /** The engine is settled: never `auto`. */
  config: ExperimentConfig;
  /** How `auto` came to the engine, for the log; null where there was nothing to choose. */
  why: string | null;
  history: History;
  threads: number;
  /** Other runs whose seeds the same process trains in the same graph. */
  companions: readonly RunRecord[];
  /** Folder for the run's weights. */
  folder: string;
  link: WorkerLink;
  listener: QueueListener;
}
