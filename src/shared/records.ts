/**
 * What the history keeps, as plain values that cross the API and appear in JSON output. Field names are
 * snake_case, as in the config; times are ISO 8601 in UTC; durations are seconds of training.
 */
import type { MetricTest } from './metric-tests.ts';
import type { MetricId } from './metrics.ts';
import type { SavedConfig } from './saved-config.ts';
import type { PlannedRun } from './planned-runs.ts';
import type { StageId } from './stages.ts';
import type { TestSubset } from './subsets.ts';
import type { SweepCell, SweepSpec } from './sweep.ts';

export { METRIC_TESTS, type MetricTest } from './metric-tests.ts';
export { STAGE_IDS, stageText, type StageId } from './stages.ts';

export const RUN_STATES = [
  'queued',
  'running',
  'paused',
  'done',
  'failed',
  'cancelled',
  'interrupted',
] as const;

/** `queued → running ⇄ paused → done | failed | cancelled | interrupted`. */
export type RunState = (typeof RUN_STATES)[number];

/** States in which some process is responsible for the run. */
export const LIVE_STATES = ['queued', 'running', 'paused'] as const satisfies RunState[];

/** The states each state may turn into; what stopped early may be queued again and resumed. */
export const RUN_TRANSITIONS: Record<RunState, readonly RunState[]> = {
  queued: ['running', 'failed', 'cancelled', 'interrupted'],
  running: ['paused', 'done', 'failed', 'cancelled', 'interrupted'],
  paused: ['running', 'failed', 'cancelled', 'interrupted'],
  done: [],
  failed: ['queued'],
  cancelled: ['queued'],
  interrupted: ['queued'],
};

/** Why a run ended early, as a `WireError` without its class name. */
export interface RunError {
  code: string;
  message: string;
}

/** What reading the dataset kept and left out (the lab's `LoadReport`). */
export interface DatasetReport {
  rowsRead: number;
  rowsKept: number;
  /** `line`: of the file, from 1, where the first stands; known of tables of the user's own. */
  dropped: { reason: string; count: number; example: string; line?: number }[];
  /** How a table of the user's own was read; other data, and reports of earlier versions, have none. */
  table?: TableReport;
  /** The digits of pictures; other data have none. */
  digits?: DigitReport;
  /** The files it was read from; missing in experiments older than this record. */
  files?: DataFile[];
}

/** Which digits of MNIST pictures are made of. */
export interface DigitReport {
  source: Choice<'files' | 'package'>;
  /** Digits of each class, 0 to 9. */
  training: number[];
  evaluation: number[];
  /** Evaluation digits that are left out because the very same picture is a training digit. */
  repeated: number;
}

/** Something that was chosen for the user, or as the config says, and why. */
export interface Choice<T> {
  value: T;
  why: string;
}

/** Cells of a table with the same text. */
export interface CellCount {
  text: string;
  count: number;
  /** Of the first: line of the file, from 1, and column. */
  line: number;
  column: string;
}

/** Everything that was decided to read a table. */
export interface TableReport {
  encoding: Choice<string>;
  delimiter: Choice<string>;
  /** Whether the first row names the columns; `assumed` where nothing tells. */
  header: Choice<boolean> & { assumed: boolean };
  columns: string[];
  entity: string;
  attributes: string[];
  /** The first three entities. */
  first: string[];
  /** Cells taken for "not known". */
  unknown: CellCount[];
  /** Cells taken for answers that often stand for "not known". */
  proposed: CellCount[];
  /** What else was done to read it, with how often and the first line (0 where it is about the whole file). */
  remarks: { text: string; count: number; line: number }[];
}

/** A file that an experiment reads, as it was when the experiment was made. */
export interface DataFile {
  path: string;
  /** As it lies on the disk. */
  bytes: number;
  modified: string;
  /** Of its content, unpacked; hexadecimal. */
  sha256: string;
}

export interface ExperimentRecord {
  id: number;
  name: string;
  /** The whole resolved config; of runs of another program, where they came from. */
  config: SavedConfig;
  /** Version of Credence that created the experiment. */
  version: string;
  dataset_report: DatasetReport | null;
  created_at: string;
  archived: boolean;
  labels: string[];
  /** The sweep it is a cell of, and its values there; null where it stands alone. */
  sweep: number | null;
  cell: SweepCell | null;
  /** Oldest first. */
  added_seeds: SeedAddition[];
}

/** Seeds that were added to an experiment. */
export interface SeedAddition {
  created_at: string;
  seeds: number[];
  /** Seeds of which a run had finished by then. */
  finished: number;
}

/** Experiments that differ in the swept fields only. */
export interface SweepRecord {
  id: number;
  name: string;
  spec: SweepSpec;
  version: string;
  created_at: string;
  /** Its experiments in the order of the combinations, deleted ones left out. */
  experiments: { id: number; cell: SweepCell }[];
}

export interface RunRecord extends PlannedRun {
  id: number;
  experiment: number;
  state: RunState;
  /** Set for `failed` and `interrupted`. */
  error: RunError | null;
  /** The process whose queue the run is in. */
  owner_pid: number | null;
  /** Tells the owner from a later process with the same pid; null where the system does not say. */
  owner_start: string | null;
  /** The process that trains. */
  worker_pid: number | null;
  heartbeat_at: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  /** Training time so far, over all resumptions. */
  seconds: number;
  engine: string | null;
  device: string | null;
  corpus_hash: string | null;
  /** Of the content of all files that it read (`dataHash`); null before it began, and in older runs. */
  data_hash?: string | null;
  /** The job on a cluster that it trains in, or trained in; null for this machine. */
  job: number | null;
  /** Its task in that job, from 0. */
  task: number | null;
}

export interface StageRecord {
  run: number;
  stage: StageId;
  /** Place in the pipeline, from 0. */
  position: number;
  epochs: number;
  /** Optimiser steps of this stage. */
  steps: number;
  /** Training time of this stage so far. */
  seconds: number;
  /** Mean training loss of the last epoch. */
  train_loss: number | null;
  finished: boolean;
}

/**
 * What was measured of a subset by a test, metric by metric (`METRICS`); null where a value was not finite, or older
 * than the metric. Those of other tasks are missing.
 */
export interface MetricRecord extends Partial<Record<MetricId, number | null>> {
  subset: TestSubset;
  test: MetricTest;
  /** Questions, cells or points asked; null where another program did not say. */
  count: number | null;
}

/** Whether there was anything to ask; where nobody said how many questions there were, there were some. */
export function wasAsked({ count }: Pick<MetricRecord, 'count'>): boolean {
  return count !== 0;
}

export interface EvaluationRecord {
  run: number;
  stage: StageId;
  /** Epochs of this stage finished; 0 is before the first. */
  epoch: number;
  /** Optimiser steps of the whole run finished. */
  step: number;
  metrics: MetricRecord[];
}

export interface CheckpointRecord {
  id: number;
  run: number;
  stage: StageId;
  epoch: number;
  step: number;
  /** File, relative to the data folder. */
  path: string;
  bytes: number;
  created_at: string;
}

/** A file made from an experiment or from one of its runs: a report, a figure, a table. */
export interface ArtefactRecord {
  id: number;
  experiment: number;
  run: number | null;
  kind: string;
  path: string;
  created_at: string;
}

export interface NoteRecord {
  id: number;
  experiment: number;
  run: number | null;
  text: string;
  created_at: string;
}

/** One row of the list of experiments. */
export interface ExperimentSummary {
  id: number;
  name: string;
  version: string;
  created_at: string;
  archived: boolean;
  labels: string[];
  /** The sweep it is a cell of. */
  sweep: number | null;
  /** Whether its runs are those of another program. */
  imported: boolean;
  /** Number of runs in each state. */
  states: Record<RunState, number>;
  /** Training time over all runs. */
  seconds: number;
  /** When the last run ended; null while none has. */
  finished_at: string | null;
}

/** Runs in whatever state. */
export function runCount({ states }: Pick<ExperimentSummary, 'states'>): number {
  return Object.values(states).reduce((sum, count) => sum + count, 0);
}

/** Every label that any of them has, sorted. */
export function labelsOf(experiments: readonly Pick<ExperimentSummary, 'labels'>[]): string[] {
  return [...new Set(experiments.flatMap(({ labels }) => labels))].sort();
}

/** A run with its evaluations in training order. */
export interface RunEvaluations {
  run: RunRecord;
  evaluations: EvaluationRecord[];
}

/** A run with one metric of one test at each evaluation, in training order. */
export interface RunValues {
  run: RunRecord;
  /** By subset; null where the value was not finite. */
  evaluations: { stage: StageId; epoch: number; values: Partial<Record<TestSubset, number | null>> }[];
}
