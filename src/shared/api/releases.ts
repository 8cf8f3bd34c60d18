/** API: newer releases of Credence. */
import { z } from 'zod';
import type { ReleaseState } from '../releases.ts';

export const releaseArguments = {
  /** What is known of newer releases; asks nobody. */
  'releases.state': z.strictObject({}),
} satisfies Record<keyof ReleaseReplies, z.ZodType>;

export interface ReleaseReplies {
  'releases.state': ReleaseState;
}

export interface ReleaseEvents {
  /** The registry was asked for the newest release. */
  release: ReleaseState;
}
