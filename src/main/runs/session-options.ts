import type { ExperimentConfig } from '#shared/config.ts';
import type { RunRecord } from '#shared/records.ts';
import type { History } from '../history/history.ts';
import type { QueueListener } from './listener.ts';
import type { WorkerLink } from './worker-link.ts';

/** What one run in one training process needs. */
export interface SessionOptions {
  run: RunRecord;
  config: ExperimentConfig;
  history: History;
  threads: number;
  /** Folder for the run's weights. */
  folder: string;
  link: WorkerLink;
  listener: QueueListener;
}
