/**
 * Runs of other programs, as the history keeps them beside ours: where their numbers came from and how each column
 * was read stand in place of a config. They are shown, compared and exported; nothing can train them.
 */
import { z } from 'zod';
import { nameField } from './config/common.ts';
import { seed } from './config/values.ts';
import { METRIC_IDS, type MetricId } from './metrics.ts';
import { METRIC_TESTS, STAGE_IDS, type StageId } from './records.ts';
import { TEST_SUBSETS } from './subsets.ts';

/** Kinds of files that evaluation series are read from. */
export const SERIES_KINDS = ['csv', 'json-lines', 'event-file', 'trainer-state'] as const;
export type SeriesKind = (typeof SERIES_KINDS)[number];

/** What people call them. */
export const SERIES_KIND_NAMES: Record<SeriesKind, string> = {
  csv: 'CSV',
  'json-lines': 'JSON Lines',
  'event-file': 'TensorBoard event file',
  'trainer-state': 'Hugging Face trainer_state.json',
};

const text = z.string().max(2000);

const sourceFile = z.strictObject({
  /** Its path below what was imported, or its name. */
  name: text,
  bytes: z.int().min(0),
  /** Hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  kind: z.enum(SERIES_KINDS),
});

const decision = z.strictObject({
  column: text,
  /** A role, as `--column` takes it. */
  becomes: text,
  why: text,
});

export const importedSchema = z.strictObject({
  task: z.literal('imported'),
  name: nameField,
  seeds: z.array(seed).min(1).max(10_000),
  seeds_stage2: z.array(seed).nullable(),
  /** The headline's first. */
  metrics: z.array(z.enum(METRIC_IDS as [MetricId, ...MetricId[]])).min(1),
  tests: z.array(z.enum(METRIC_TESTS)).min(1),
  tested: z.array(z.enum(TEST_SUBSETS as [string, ...string[]])).min(1),
  /** In the order of training. */
  stages: z.array(z.strictObject({ stage: z.enum(STAGE_IDS), epochs: z.int().min(0), why: text })).min(1),
  source: z.strictObject({
    files: z.array(sourceFile).min(1),
    columns: z.array(decision),
    /** Each run of the source and the seed that it became. */
    runs: z.array(z.strictObject({ run: text, becomes: text, why: text })),
    /** What was left out, or settled, beside that. */
    remarks: z.array(text),
  }),
});

export type ImportedConfig = z.output<typeof importedSchema>;

/** Whether an experiment came from another program. */
export function isImported(config: { task: string }): config is ImportedConfig {
  return config.task === 'imported';
}

/** A stage's stretch of the epoch axis, as far as the runs were evaluated. */
export function importedSpans({ stages }: Pick<ImportedConfig, 'stages'>) {
  let from = 0;
  return stages.map(({ stage, epochs }): { stage: StageId; from: number; to: number } => {
    const span = { stage, from, to: from + epochs };
    from = span.to;
    return span;
  });
}
