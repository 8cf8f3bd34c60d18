/** What stands in place of a config where runs came from another program: their source, and how it was read. */
import { z } from 'zod';
import { SERIES_KINDS } from '../series-kinds.ts';
import { METRIC_IDS, type MetricId } from '../metrics.ts';
import { METRIC_TESTS } from '../metric-tests.ts';
import { STAGE_IDS } from '../stages.ts';
import { TEST_SUBSETS } from '../subsets.ts';
import { nameField } from './common.ts';
import { seed } from './values.ts';

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
