/** API: the run queue. */
import { z } from 'zod';
import type { Evaluation, TrainingProgress } from '../progress.ts';
import type { RunRecord, StageRecord } from '../records.ts';
import { id, ids } from './experiments.ts';

/** An unfinished run of this process. */
export interface QueueEntry {
  run: RunRecord;
  experiment_name: string;
  /** The latest report; null before the first. */
  progress: TrainingProgress | null;
  /** What holds a waiting run back although a slot is free, in words; null where it waits for its turn. */
  why: string | null;
}

export interface QueueState {
  /** Runs trained at the same time. */
  slots: number;
  /** Seeds of one experiment that a slot trains in one graph. */
  together: number;
  /** While held, no further run starts; those that run go on. */
  held: boolean;
  /** Whether the machine is kept from sleeping while something trains. */
  keep_awake: boolean;
  /** Running or paused, in the order they started. */
  running: QueueEntry[];
  /** In the order they will start. */
  waiting: QueueEntry[];
  /** Unfinished runs that another Credence process owns: to be seen, not touched. */
  elsewhere: RunRecord[];
}

/** A line of a run's log. */
export interface LogLine {
  /** ISO 8601, UTC. */
  at: string;
  level: 'info' | 'warning' | 'error';
  text: string;
}

/** The training loss on its way: every step of a short stage, means over a few of a long one, the last of each. */
export interface TracePoint {
  /** Optimiser steps of the whole run. */
  step: number;
  /** Epochs since the first stage began, with a fraction. */
  epoch: number;
  loss: number;
  examples_per_second: number;
}

/** What one training process takes just now. */
export interface RunUsage {
  /** More than one where seeds train together. */
  runs: number[];
  /** Resident, in bytes. */
  memory: number;
  /** In cores: 1 is one core kept busy; 0 at the first look. */
  processor: number;
}

export interface GpuUsage {
  name: string;
  /** From 0 to 1. */
  load: number;
  /** Bytes; null where it does not tell. */
  memory: number | null;
  total: number | null;
}

/** What training takes of this machine. */
export interface Usage {
  /** Bytes that there are for us, and how many of them are free. */
  memory: { free: number; total: number };
  runs: RunUsage[];
  /** None where no run trains on one. */
  gpus: GpuUsage[];
}

/** A run with everything recorded about it but its evaluations. */
export interface RunDetail {
  run: RunRecord;
  stages: StageRecord[];
  log: LogLine[];
  trace: TracePoint[];
  /** The latest report while it runs here. */
  progress: TrainingProgress | null;
}

export const runArguments = {
  'runs.queue': z.strictObject({}),
  'runs.get': z.strictObject({ id }),
  /** Meant to be asked again and again while somebody looks. */
  'runs.usage': z.strictObject({}),
  /** The waiting runs in their new order; those left out follow in their old one. */
  'runs.reorder': z.strictObject({ ids }),
  /** Waiting runs leave the queue at once; running ones save what was reached first. */
  'runs.cancel': z.strictObject({ ids }),
  /** Queues cancelled, failed or interrupted runs again: they go on from their last checkpoint. */
  'runs.resume': z.strictObject({ ids }),
  /** Running runs stop between two steps and keep their process. */
  'runs.pause': z.strictObject({ ids }),
  'runs.unpause': z.strictObject({ ids }),
  /**
   * Holds the whole queue back, or sets how it trains: runs at the same time, seeds in one graph, whether the machine
   * stays awake. All but `held` are settings, which are kept.
   */
  'runs.setQueue': z.strictObject({
    held: z.boolean().optional(),
    slots: z.int().min(1).max(999).optional(),
    together: z.int().min(1).max(99).optional(),
    keep_awake: z.boolean().optional(),
  }),
} satisfies Record<keyof RunReplies, z.ZodType>;

export interface RunReplies {
  'runs.queue': QueueState;
  'runs.get': RunDetail;
  'runs.usage': Usage;
  'runs.reorder': QueueState;
  'runs.cancel': QueueState;
  'runs.resume': QueueState;
  'runs.pause': QueueState;
  'runs.unpause': QueueState;
  'runs.setQueue': QueueState;
}

export interface RunEvents {
  /** A run changed its state, engine or device. */
  run: RunRecord;
  /** At most ten a second per run. */
  progress: { experiment: number; run: number; seed: number; progress: TrainingProgress };
  evaluation: { experiment: number; run: number; seed: number; evaluation: Evaluation };
  /** A stage began or ended. */
  stage: { experiment: number; seed: number; stage: StageRecord };
  log: { experiment: number; run: number; line: LogLine };
  /** The queue changed in order, length, slots or hold; also sent to a client when it connects. */
  queue: QueueState;
}
