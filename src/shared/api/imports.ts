/** API: runs of other programs, out of files that a window hands over; looked at before they are saved. */
import { z } from 'zod';
import { MAX_BUNDLE_BYTES } from '../bundles.ts';
import type { ImportedConfig } from '../imported.ts';
import { visible } from '../plain-text.ts';
import { MAX_SEED } from '../config/values.ts';
import { STAGE_IDS } from '../stages.ts';

const text = z.string().min(1).max(2000);

/** The files and what somebody chose about them: the same to look at it and to save it. */
const series = z.strictObject({
  files: z
    .array(
      z.strictObject({
        /** Below what was chosen, with `/` between folders; or its name. */
        name: text,
        base64: z.base64().max(Math.ceil((MAX_BUNDLE_BYTES * 4) / 3) + 4),
      }),
    )
    .min(1)
    .max(5000),
  /** Null for what the files are called, or say themselves. */
  name: z.string().trim().overwrite(visible).min(1).max(200).nullable().default(null),
  columns: z.array(z.strictObject({ column: text, becomes: text })).default([]),
  runs: z.array(z.strictObject({ run: text, seed: z.int().min(0).max(MAX_SEED) })).default([]),
  stage: z.enum(STAGE_IDS).nullable().default(null),
});

export const importArguments = {
  /** What every column and run would become; nothing is saved. */
  'imports.preview': series,
  /** Saves it as an experiment, or recognises the one that it is already. */
  'imports.save': series,
} satisfies Record<keyof ImportReplies, z.ZodType>;

export interface ImportPreview {
  config: ImportedConfig;
  runs: number;
  evaluations: number;
}

export interface ImportReplies {
  'imports.preview': ImportPreview;
  'imports.save': { experiment: number; fresh: boolean };
}
