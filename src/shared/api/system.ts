/** API: files to take away, the machine, and settings. */
import { z } from 'zod';
import type { EngineDescription } from '../engines.ts';
import { baseline, by, effects, planned } from './analysis.ts';
import { id, taskName } from './experiments.ts';
import { clusterSchema } from './slurm.ts';

/** A file made on request; the window saves it where the user says. */
export interface TextFile {
  file_name: string;
  mime: string;
  text: string;
}

/** The tables of a comparison. */
const COMPARISON_TABLES = ['comparisons', 'subsets', 'seeds'] as const;
export type ComparisonTable = (typeof COMPARISON_TABLES)[number];

/** A file that is no text. */
export interface BinaryFile {
  file_name: string;
  mime: string;
  base64: string;
}

export interface SystemInfo {
  version: string;
  /** Where data, weights and presets lie. */
  home: string;
  database: string;
  cores: number;
  platform: string;
  host: 'electron' | 'server' | 'in-process';
  /** What opening the history found: interrupted runs, a migration. */
  notices: string[];
  /** What went wrong behind the scenes since the program started. */
  warnings: string[];
}

/** Interface state that the window keeps, by its own names; 64 kB at most. */
const MAX_UI = 64 * 1024;

const settingFields = {
  theme: z.enum(['system', 'light', 'dark']),
  /** Runs at the same time; null is one per core. */
  slots: z.int().min(1).max(999).nullable(),
  /** Seeds of one experiment that a slot trains in one graph; 1 where it was never set. */
  together: z.int().min(1).max(99),
  /** Whether the machine is kept from sleeping while something trains; it is where this was never set. */
  keep_awake: z.boolean(),
  /** The guided tour was walked to its end, or left. */
  tour_seen: z.boolean(),
  /** Once a day the npm registry is asked for the newest release. */
  check_updates: z.boolean(),
  /** Clusters that runs may be sent to. */
  clusters: z.array(clusterSchema).max(50),
  ui: z
    .record(z.string().max(100), z.json())
    .refine((value) => JSON.stringify(value).length <= MAX_UI, 'must be 64 kB at most'),
};

export const settingsSchema = z.strictObject({
  theme: settingFields.theme.default('system'),
  slots: settingFields.slots.default(null),
  together: settingFields.together.optional(),
  keep_awake: settingFields.keep_awake.optional(),
  tour_seen: settingFields.tour_seen.optional(),
  check_updates: settingFields.check_updates.optional(),
  clusters: settingFields.clusters.optional(),
  ui: settingFields.ui.default({}),
});

export type Settings = z.output<typeof settingsSchema>;

const experiments = z.array(id).min(1).max(200);

export const systemArguments = {
  /** Every evaluation: one row per run, epoch, subset and test. */
  'export.csv': z.strictObject({ experiments }),
  /** All that is saved about one experiment. */
  'export.json': z.strictObject({ experiment: id }),
  /** The config, for the command line. */
  'export.yaml': z.strictObject({ experiment: id }),
  /** The report: one page that needs nothing else. */
  'export.report': z.strictObject({ experiment: id }),
  /** The report of a comparison, or its tables. `table`: only one of them; of CSV the numbers of every seed otherwise. */
  'export.comparison': z.strictObject({
    experiments: z.array(id).min(2).max(200),
    margin: z.number().positive().nullable().default(null),
    ...{ baseline, effects, by, planned },
    format: z.enum(['html', 'pdf', 'csv', 'markdown', 'latex']),
    table: z.enum(COMPARISON_TABLES).optional(),
  }),
  'system.info': z.strictObject({}),
  'system.engines': z.strictObject({}),
  /** Ends what was started with this `task`; what has ended is left alone. */
  'tasks.cancel': z.strictObject({ task: taskName }),
  'settings.get': z.strictObject({}),
  /** Only what is given changes. */
  'settings.set': z.strictObject(settingFields).partial(),
} satisfies Record<keyof SystemReplies, z.ZodType>;

export interface SystemReplies {
  'export.csv': TextFile;
  'export.json': TextFile;
  'export.yaml': TextFile;
  'export.report': TextFile;
  'export.comparison': TextFile | BinaryFile;
  'system.info': SystemInfo;
  'system.engines': EngineDescription[];
  'tasks.cancel': void;
  'settings.get': Settings;
  'settings.set': Settings;
}

export interface SystemEvents {
  /** Something went wrong that nobody had asked for just then. */
  warning: { message: string };
  /** Saved experiments changed; null where another process changed something unknown. */
  history: { experiments: number[] | null };
  settings: Settings;
  /** The system asks to open a file (its path), or a place of the window (as in its address); one of both. */
  open: { file: string | null; place: string | null };
  /** How far a call is that was given a `task`: share of the data that was read, at most ten a second. */
  task: { task: string; share: number };
}
