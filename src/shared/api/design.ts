/** API: designing an experiment: presets, configs, previews and datasets. */
import type { RemovedTable } from '../removed-tables.ts';
import { z } from 'zod';
import type { AuthorsReport } from '../authors.ts';
import type { ConfigField } from '../config-fields.ts';
import { TASK_IDS, type ExperimentConfig } from '../config.ts';
import type { StageDescription, TaskDescription } from '../corpus.ts';
import type { FieldError } from '../errors.ts';
import type { KnownFacts } from '../known-facts.ts';
import type { RunMemory } from '../pretrained-models.ts';
import type { DatasetReport, MetricTest, StageId } from '../records.ts';
import type { TestSubset } from '../subsets.ts';
import type { RawSweep, SweepCell, SweepSpec } from '../sweep.ts';
import type { ReportLine } from '../table-report.ts';
import { rawConfig, taskName } from './experiments.ts';

/** What a preset is: an experiment of its own, one that changes another (its `base`), or a sweep. */
export type PresetGroup = 'main' | 'variant' | 'sweep';

/** Headings of the groups, in the order in which they are shown. */
export const PRESET_GROUPS: Record<PresetGroup, string> = {
  main: 'Main settings',
  variant: 'Ablations and variants',
  sweep: 'Sweeps',
};

export interface PresetInfo {
  name: string;
  /** One sentence. */
  summary: string;
  source: 'built-in' | 'user';
  group: PresetGroup;
}

export interface PresetDetail extends PresetInfo {
  /** The file as it is, comments included. */
  yaml: string;
  /** Only the fields that the file sets. */
  raw: unknown;
  config: ExperimentConfig;
  /** How the preset sweeps the config; null for a single experiment. */
  sweep: SweepSpec | null;
}

/** How a design would be swept. */
export interface JudgedSweep {
  /** Null where the part itself cannot be read. */
  spec: SweepSpec | null;
  /** Every combination, in order. */
  cells: SweepCell[];
  /** Runs of all combinations; null where one of them has problems. */
  runs: number | null;
}

/** A raw config judged: complete, or what is wrong with it. */
export interface ResolvedConfig {
  /** Null where it has problems of its own. */
  config: ExperimentConfig | null;
  /** Every problem at once, each with its field; those of a sweep's combinations included. */
  problems: FieldError[];
  /** How it is swept; null without a `sweep` part. */
  sweep: JudgedSweep | null;
}

/** A YAML text read into a raw config, which the design view edits further. */
interface ImportedConfig extends ResolvedConfig {
  raw: unknown;
  /** What became of every key where the text is a config of the paper's authors; null for one of ours. */
  authors: AuthorsReport | null;
}

/** A config with how it is swept, as a file holds it; undefined for a single experiment. */
export type Design = ExperimentConfig & { sweep?: RawSweep };

/** A design under way; it has every field, and values that may still be wrong. */
interface Draft {
  config: Design;
}

export interface StagePreview extends StageDescription {
  epochs: number;
  batch_size: number;
  /** Optimiser steps of the stage. */
  steps: number;
}

/** Time an experiment needs on this machine. */
export interface Estimate {
  seconds_per_seed: number;
  /** All seeds with the slots of the queue. */
  seconds: number;
  /** `measured`: from the pace of runs that finished here; `assumed`: from a typical core. */
  basis: 'measured' | 'assumed';
}

/** What a model would read, before anything is trained. */
export interface Preview extends Omit<TaskDescription, 'stages'> {
  config: ExperimentConfig;
  seed: number;
  corpus_hash: string;
  dataset: DatasetReport;
  /** Weights of the model. */
  parameters: number;
  /** How many of these stay as they are. */
  frozen: number;
  stages: StagePreview[];
  estimate: Estimate;
  /** Null for a model from scratch, which is small. */
  memory: RunMemory | null;
}

/** A table that was read for a look. */
export interface CsvInspection {
  path: string;
  delimiter: string;
  encoding: string;
  /** Whether the first row names the columns. */
  header: boolean;
  columns: string[];
  /** The first data rows. */
  rows: string[][];
  /** The columns that would be used; empty where there is a problem. */
  entity: string | null;
  attributes: { name: string; question: string }[];
  /** How it was read, in sentences; without what its rows tell where there is a problem. */
  reading: ReportLine[];
  report: DatasetReport | null;
  /** What keeps the table from being used, with the field to mend. */
  problem: FieldError | null;
}

/** A table or another file of data. */
export interface DatasetFile {
  name: string;
  /** What `dataset.path` takes. */
  path: string;
  bytes: number;
  folder: boolean;
}

/** A file of the data folder. */
export interface KeptTable extends DatasetFile {
  /** Experiments whose data it is, those in the bin aside. */
  read_by: number[];
}

/** Whether the files of a published dataset are where they are looked for. */
export interface LocatedDataset {
  /** Where `dataset.path` leads, or the place in the data folder without one. */
  place: string;
  /** The files that would be read. */
  files: DatasetFile[];
  /** Why there is none. */
  problem: FieldError | null;
}

/** A file of exported data: the texts of a stage, or the questions of a test about a subset. */
export type ExportedSplit = {
  file: string;
  rows: number;
  sha256: string;
  /** Pictures of the rows, in their order. */
  beside?: { file: string; sha256: string };
} & ({ stage: StageId } | { test: MetricTest; subset: TestSubset });

/** Data of one seed as files. */
export interface DataExport {
  folder: string;
  seed: number;
  corpus_hash: string;
  files: ExportedSplit[];
}

/** The largest table that can be uploaded. */
export const MAX_DATASET_BYTES = 64 * 1024 * 1024;

const presetName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be lower-case letters, digits and dashes, 60 at most');
const fileName = z.string().min(1).max(200);

/** A config here may have a `sweep` part, as in a file: it is judged, kept and exported with the rest. */
export const designArguments = {
  'design.presets': z.strictObject({}),
  'design.preset': z.strictObject({ name: z.string().max(200) }),
  /** Every config field of a kind of task with its default and help. */
  'design.fields': z.strictObject({ task: z.enum(TASK_IDS).default('language') }),
  'design.resolve': z.strictObject({ config: rawConfig }),
  'design.preview': z.strictObject({
    config: rawConfig,
    seed: z.int().min(0).optional(),
    samples: z.int().min(0).max(50).default(3),
    task: taskName.optional(),
  }),
  /** The design under way, as it was saved last; null where there is none. */
  'design.draft': z.strictObject({}),
  /** Keeps the design under way, whatever is still wrong with it; null forgets it. */
  'design.saveDraft': z.strictObject({ config: rawConfig.nullable() }),
  /** YAML that the command line runs unchanged: only what differs from the defaults. */
  'design.export': z.strictObject({ config: rawConfig }),
  /** A config of ours, or one of the paper's authors. */
  'design.import': z.strictObject({ yaml: z.string().max(1_000_000), file_name: fileName.optional() }),
  /** Writes every split of one seed as JSON Lines into a new folder of the data folder's `exports`. */
  'design.exportData': z.strictObject({
    config: rawConfig,
    seed: z.int().min(0).optional(),
    task: taskName.optional(),
  }),
  /** Writes a preset of the user's own, replacing one of the same name. */
  'design.savePreset': z.strictObject({
    name: presetName,
    summary: z.string().trim().max(200).default(''),
    config: rawConfig,
  }),
  'design.deletePreset': z.strictObject({ name: presetName }),
  /** Asks the config's pre-trained model every fact under the real names, before anything is trained. */
  'design.knownFacts': z.strictObject({
    config: rawConfig,
    seed: z.int().min(0).optional(),
    task: taskName.optional(),
  }),
  /** Files and folders in the data folder. */
  'datasets.list': z.strictObject({}),
  /** Takes a table out of the data folder, into its bin. */
  'datasets.remove': z.strictObject({ name: z.string().min(1).max(255) }),
  /** What lies in that bin, and what still needs it. */
  'datasets.removed': z.strictObject({}),
  /** Takes back what was removed last by that name, or another one by its id in the bin. */
  'datasets.restore': z.strictObject({ name: z.string().min(1).max(300) }),
  /** Removes tables of the bin for good: all that are named, or none where one is not there. */
  'datasets.forget': z.strictObject({ ids: z.array(z.string().min(1).max(300)).min(1) }),
  /** Looks for published files; `dataset` as in a config, of a kind that has such. Nothing is read. */
  'datasets.locate': z.strictObject({ dataset: rawConfig, task: z.enum(TASK_IDS).default('language') }),
  /** Copies a table into the data folder; the same table again is kept once. */
  'datasets.add': z.strictObject({
    name: fileName,
    base64: z.base64().max(Math.ceil((MAX_DATASET_BYTES * 4) / 3) + 4),
  }),
  /** `dataset` as in a config, with `kind: csv`. */
  'datasets.inspect': z.strictObject({
    dataset: rawConfig,
    rows: z.int().min(1).max(200).default(20),
    task: taskName.optional(),
  }),
} satisfies Record<keyof DesignReplies, z.ZodType>;

export interface DesignReplies {
  'design.presets': PresetInfo[];
  'design.preset': PresetDetail;
  'design.fields': ConfigField[];
  'design.resolve': ResolvedConfig;
  'design.preview': Preview;
  'design.draft': Draft | null;
  'design.saveDraft': void;
  'design.export': { yaml: string; file_name: string };
  'design.import': ImportedConfig;
  'design.exportData': DataExport;
  'design.savePreset': PresetInfo;
  'design.deletePreset': void;
  'design.knownFacts': KnownFacts;
  'datasets.list': KeptTable[];
  'datasets.remove': void;
  'datasets.removed': RemovedTable[];
  'datasets.restore': void;
  'datasets.forget': void;
  'datasets.add': DatasetFile;
  'datasets.locate': LocatedDataset;
  'datasets.inspect': CsvInspection;
}
