/** API: experiments as one file, and those of another history. */
import { z } from 'zod';
import { MAX_BUNDLE_BYTES, type MovedExperiment, type WrittenBundle } from '../bundles.ts';
import { ids } from './experiments.ts';

export const bundleArguments = {
  /** Writes experiments into a new file in the folder of exports. */
  'bundles.write': z.strictObject({ experiments: ids, weights: z.boolean().default(false) }),
  /** Takes over all experiments of a file, or nothing at all. */
  'bundles.read': z.strictObject({
    /** Of the file, as the user knows it. */
    name: z.string().min(1).max(200),
    base64: z.base64().max(Math.ceil((MAX_BUNDLE_BYTES * 4) / 3) + 4),
  }),
  /** The same, of a file on this machine. */
  'bundles.open': z.strictObject({ path: z.string().min(1).max(4096) }),
} satisfies Record<keyof BundleReplies, z.ZodType>;

export interface BundleReplies {
  'bundles.write': WrittenBundle;
  'bundles.read': MovedExperiment[];
  'bundles.open': MovedExperiment[];
}
