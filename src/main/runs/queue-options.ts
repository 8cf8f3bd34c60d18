/** What the run queue is made with, and what it holds. */
import type { TrainingProgress } from '#shared/progress.ts';
import type { History } from '../history/history.ts';
import type { KeepAwake } from '../keep-awake.ts';
import type { QueueListener } from './listener.ts';
import type { MemorySource } from './memory.ts';
import type { WorkerLink } from './worker-link.ts';

export interface QueueOptions {
  history: History;
  /** Runs to train at the same time. */
  slots: number;
  /** Runs of one experiment that one slot trains, their seeds in one graph; 1 unless said. */
  together?: number;
  /** Of each run; as many as fill the cores unless said. */
  threads?: number;
  /** Makes one training process. */
  launch: () => WorkerLink;
  listener?: QueueListener;
  /** That of this machine unless said. */
  memory?: MemorySource;
  /** How this machine is kept awake while something trains; not at all unless said. */
  awake?: KeepAwake;
  /** Whether it is; it is unless said. */
  keepAwake?: boolean;
}

/** How it trains, as set while it does. */
export type QueueSettings = Required<Pick<QueueOptions, 'slots' | 'together' | 'keepAwake'>>;

/** What the queue holds, by run number. */
export interface QueueContents {
  slots: number;
  together: number;
  held: boolean;
  /** Whether the machine is kept awake while something trains. */
  keepAwake: boolean;
  running: { run: number; progress: TrainingProgress | null }[];
  /** With what holds a run back beside its turn, in words. */
  waiting: { run: number; why: string | null }[];
}
