/**
 * Pre-registration: which comparison, over which seeds and by which test, fixed before any of it was trained. Locked
 * by the SHA-256 of its canonical text (RFC 8785), which says all of it and can be published (docs/preregistration.md).
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { METRIC_IDS } from './metrics.ts';
import type { SavedConfig } from './saved-config.ts';
import { TEST_SUBSETS } from './subsets.ts';

const FORMAT = 'Credence pre-registration 1';

const subset = z.enum(TEST_SUBSETS as [string, ...string[]]) as unknown as z.ZodType<
  (typeof TEST_SUBSETS)[number]
>;

/** What is compared: two subsets of one experiment, or an effect of two experiments (second minus first). */
export const comparisonSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('subsets'),
    first: subset,
    second: subset,
    at: z.enum(['stage1', 'stage2']),
  }),
  z.strictObject({ kind: z.literal('effects'), effect: z.enum(['iml', 'stage1']) }),
]);

export type RegisteredComparison = z.output<typeof comparisonSchema>;

export const ANALYSES = ['paired', 'welch'] as const;

const planSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** In words; may be empty. */
  question: z.string(),
  /** One where subsets are compared, two where effects are; `config` is without its seeds. */
  experiments: z
    .array(z.strictObject({ uid: z.string(), name: z.string(), config: z.record(z.string(), z.json()) }))
    .min(1)
    .max(2),
  comparison: comparisonSchema,
  /** What is measured, on the test questions. */
  metric: z.enum(METRIC_IDS),
  seeds: z.array(z.int().min(0)).min(2),
  /** The t-test, two-sided at 5 %. */
  analysis: z.enum(ANALYSES),
  /** Where it is also tested that no effect is larger than this, in the metric's unit. */
  margin: z.number().positive().nullable(),
  registered_at: z.iso.datetime(),
  /** Of Credence. */
  version: z.string(),
});

/** All that is fixed. */
export type RegisteredPlan = z.output<typeof planSchema>;

/** A registration as it is kept. */
export interface Registration {
  /** In this history. */
  id: number;
  /** SHA-256 of the text, hexadecimal. */
  hash: string;
  text: string;
  /** Null where the text is none, or not the one that was locked. */
  plan: RegisteredPlan | null;
}

/** The config of an experiment as it is registered: seeds are registered by themselves, and may be added. */
export function registeredConfig(config: SavedConfig): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([field]) => field !== 'seeds'));
}

/** The canonical text of a plan, and the hash that locks it. */
export function lock(plan: Omit<RegisteredPlan, 'format'>): { text: string; hash: string } {
  const text = canonicalize({ format: FORMAT, ...plan })!;
  return { text, hash: hashOf(text) };
}

/** SHA-256 of a text in UTF-8, hexadecimal. */
const hashOf = (text: string) => bytesToHex(sha256(utf8ToBytes(text)));

/** What a kept text says, if it is the one that was locked. */
export function unlocked(row: Omit<Registration, 'plan'>): Registration {
  return { ...row, plan: hashOf(row.text) === row.hash ? readPlan(row.text) : null };
}

function readPlan(text: string): RegisteredPlan | null {
  try {
    return planSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
