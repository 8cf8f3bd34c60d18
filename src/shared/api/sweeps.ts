/** API: sweeps, which are experiments that differ in the swept fields only. */
import { z } from 'zod';
import { visible } from '../plain-text.ts';
import type { RunRecord, RunState, SweepRecord } from '../records.ts';
import type { Overall } from '../run-progress.ts';
import type { EffectName } from '../stats/effect-names.ts';
import type { TagEffect } from '../stats/effects.ts';
import type { SaidTrend } from '../stats/sweep.ts';
import type { Corrected } from '../stats/verdict.ts';
import type { SweepCell } from '../sweep.ts';
import type { Estimate } from './design.ts';
import { clusterName, id, rawConfig, taskName } from './experiments.ts';
import type { TextFile } from './system.ts';

/** How the runs of a sweep stand. */
interface SweepTally {
  /** Number of runs in each state. */
  states: Record<RunState, number>;
  /** Training time over all runs. */
  seconds: number;
  /** Whether all its experiments are in the archive. */
  archived: boolean;
}

/** One row of the list of sweeps. */
export interface SweepListItem extends Omit<SweepRecord, 'experiments'>, SweepTally {
  /** Its experiments in the order of the combinations, deleted ones left out. */
  experiments: number[];
}

/** A run of a sweep, as far as its page shows it. */
type SweepRun = Pick<RunRecord, 'id' | 'experiment' | 'seed' | 'state' | 'error'>;

/** One combination with what its experiment found so far. */
export interface SweepCellDetail {
  experiment: number;
  name: string;
  cell: SweepCell;
  states: Record<RunState, number>;
  /** Seeds with a finished run. */
  n: number;
  effects: Record<EffectName, TagEffect | null>;
  /** Their p-values, corrected for all of the sweep's combinations. */
  corrected: Record<EffectName, Corrected>;
}

export interface SweepDetail extends SweepTally {
  sweep: SweepRecord;
  cells: SweepCellDetail[];
  /** How the effects change along the swept field, where that can be said. */
  trends: SaidTrend[];
  /** Of all combinations. */
  runs: SweepRun[];
  /** Over all runs, as far as they train here. */
  progress: Overall;
}

/** A new sweep with all its runs queued. */
export interface CreatedSweep {
  sweep: SweepRecord;
  runs: number;
}

export interface SweepEstimate extends Estimate {
  /** Combinations that were planned for it; the others are taken to cost as much on average. */
  planned: number;
}

export const sweepArguments = {
  /** Newest first: sweeps that still have an experiment, archived or not. */
  'sweeps.list': z.strictObject({}),
  'sweeps.get': z.strictObject({ id }),
  /** A raw config with its `sweep` part: every combination is checked, then all are saved and queued, or none. */
  'sweeps.create': z.strictObject({ config: rawConfig, task: taskName.optional(), cluster: clusterName }),
  /** Time that a sweep needs on this machine. */
  'sweeps.estimate': z.strictObject({ config: rawConfig, task: taskName.optional() }),
  /** Cancels what waits or trains here; what was reached is kept. */
  'sweeps.stop': z.strictObject({ id }),
  /** Queues what failed, was cancelled or interrupted: it goes on from its last checkpoint. */
  'sweeps.resume': z.strictObject({ id }),
  'sweeps.rename': z.strictObject({ id, name: z.string().trim().overwrite(visible).min(1).max(200) }),
  /** Replies the experiments that changed, for `experiments.archive` to undo it. */
  'sweeps.archive': z.strictObject({ id, archived: z.boolean() }),
  /** All its experiments or none; replies them, for `experiments.restore` to undo it. */
  'sweeps.delete': z.strictObject({ id }),
  /** The raw config with its `sweep` part, to be designed further. */
  'sweeps.design': z.strictObject({ id }),
  /** One row per combination and effect. */
  'export.sweepCsv': z.strictObject({ sweep: id }),
  /** The config and its `sweep` part, for the command line. */
  'export.sweepYaml': z.strictObject({ sweep: id }),
} satisfies Record<keyof SweepReplies, z.ZodType>;

export interface SweepReplies {
  'sweeps.list': SweepListItem[];
  'sweeps.get': SweepDetail;
  'sweeps.create': CreatedSweep;
  'sweeps.estimate': SweepEstimate;
  'sweeps.stop': void;
  'sweeps.resume': { runs: number };
  'sweeps.rename': void;
  'sweeps.archive': number[];
  'sweeps.delete': number[];
  'sweeps.design': unknown;
  'export.sweepCsv': TextFile;
  'export.sweepYaml': TextFile;
}
