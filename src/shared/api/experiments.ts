/** API: saved experiments, their labels and notes. */
import { z } from 'zod';
import { visible } from '../plain-text.ts';
import type { MetricId } from '../metrics.ts';
import type { ExperimentConfig } from '../config.ts';
import type {
  ArtefactRecord,
  ExperimentRecord,
  ExperimentSummary,
  NoteRecord,
  RunRecord,
  StageId,
  StageRecord,
} from '../records.ts';
import type { Interval } from '../stats/interval.ts';

/** An effect as a side bar shows it; fractions of questions, not points. */
export type HeadlineEffect = Interval & { metric: MetricId; stage: StageId; p: number | null };

/** What an experiment found, in two numbers. */
export interface Headline {
  /** Finished runs. */
  n: number;
  iml: HeadlineEffect | null;
  stage1: HeadlineEffect | null;
}

/** One row of the side bar. */
export interface ExperimentListItem extends ExperimentSummary {
  /** Null while it is being worked out: a `history` event follows. */
  headline: Headline | null;
}

/** What a window shows of a long list at first. */
export interface NewestExperiments {
  /** Newest first; of a sweep, all its experiments. */
  items: ExperimentListItem[];
  /** How many there are in all, items included, and how many runs they have. */
  experiments: number;
  runs: number;
  /** Labels of any of them, sorted. */
  labels: string[];
}

/** Everything saved about an experiment but its evaluations. */
export interface ExperimentDetail {
  experiment: ExperimentRecord;
  runs: RunRecord[];
  /** Of all runs, by run and place in the pipeline. */
  stages: StageRecord[];
  notes: NoteRecord[];
  files: ArtefactRecord[];
  /** Runs that read other data than the experiment was made with, and enter no result. */
  other_data: number[];
}

/** A new experiment with its runs; none where it was only saved. */
export interface CreatedExperiment {
  experiment: ExperimentRecord;
  runs: RunRecord[];
}

/** The number of an experiment, run or note. */
export const id = z.int().min(1);
export const ids = z.array(id).min(1).max(10_000);
/** Any JSON value that is to become a config; the config's own schema judges it. */
export const rawConfig = z.json();

/**
 * A name of the caller's choice for a call that may take long: `task` events tell how far it is, `tasks.cancel`
 * ends it, and so does a newer call of the same name.
 */
export const taskName = z.string().min(1).max(60);

const label = z.string().trim().min(1).max(60);
const noteText = z.string().trim().min(1).max(20_000);

/** The cluster to train on, by the name that the settings give it; null is this machine. */
export const clusterName = z.string().min(1).max(60).nullable().default(null);

export const experimentArguments = {
  /** Newest first. `deleted` lists those that can be restored instead. */
  'experiments.list': z.strictObject({
    archived: z.boolean().default(false),
    deleted: z.boolean().default(false),
  }),
  /** The beginning of the list of current experiments: so many rows, a sweep being one. */
  'experiments.newest': z.strictObject({ rows: z.int().min(1).max(1000) }),
  'experiments.get': z.strictObject({ id }),
  /** Checks, saves and (unless `start` is false) queues an experiment: one run per seed. */
  'experiments.create': z.strictObject({
    config: rawConfig,
    start: z.boolean().default(true),
    task: taskName.optional(),
    cluster: clusterName,
  }),
  /** Queues every seed of the config that has no run yet. */
  'experiments.start': z.strictObject({ id }),
  /** A new experiment with more epochs of the last stage, in all; what comes before it is not trained again. */
  'experiments.longer': z.strictObject({ id, epochs: z.string().trim().min(1).max(20) }),
  /** Adds seeds, written as in a config, and queues their runs. */
  'experiments.addSeeds': z.strictObject({ id, seeds: z.string().trim().min(1).max(1000) }),
  'experiments.rename': z.strictObject({ id, name: z.string().trim().overwrite(visible).min(1).max(200) }),
  'experiments.archive': z.strictObject({ ids, archived: z.boolean() }),
  /** Hides experiments for good, unless `experiments.restore` brings them back within 30 days. */
  'experiments.delete': z.strictObject({ ids }),
  'experiments.restore': z.strictObject({ ids }),
  /** The config of an experiment under a name that is still free. */
  'experiments.duplicate': z.strictObject({ id }),
  'experiments.label': z.strictObject({
    ids,
    add: z.array(label).default([]),
    remove: z.array(label).default([]),
  }),
  /** Every label in use. */
  'experiments.labels': z.strictObject({}),
  'experiments.addNote': z.strictObject({ id, text: noteText, run: id.nullable().default(null) }),
  'experiments.editNote': z.strictObject({ note: id, text: noteText }),
  'experiments.removeNote': z.strictObject({ note: id }),
} satisfies Record<keyof ExperimentReplies, z.ZodType>;

export interface ExperimentReplies {
  'experiments.list': ExperimentListItem[];
  'experiments.newest': NewestExperiments;
  'experiments.get': ExperimentDetail;
  'experiments.create': CreatedExperiment;
  'experiments.start': CreatedExperiment;
  'experiments.addSeeds': CreatedExperiment;
  'experiments.longer': CreatedExperiment;
  'experiments.rename': void;
  'experiments.archive': void;
  'experiments.delete': void;
  'experiments.restore': void;
  'experiments.duplicate': ExperimentConfig;
  'experiments.label': void;
  'experiments.labels': string[];
  'experiments.addNote': NoteRecord[];
  'experiments.editNote': NoteRecord[];
  'experiments.removeNote': NoteRecord[];
}
