/** API: comparisons fixed before they are run. */
import { z } from 'zod';
import { ANALYSES, comparisonSchema, type Registration } from '../registration.ts';
import type { Registered } from '../stats/registered.ts';
import { id } from './experiments.ts';

export const registrationArguments = {
  /** Those that concern any of some experiments, with what came of them. */
  'registrations.of': z.strictObject({ experiments: z.array(id).min(1).max(200) }),
  /** Locks a comparison. Seeds and margin are written as on the command line; of the first experiment where left out. */
  'registrations.add': z.strictObject({
    experiments: z.array(id).min(1).max(2),
    comparison: comparisonSchema,
    seeds: z.string().trim().min(1).max(1000).optional(),
    analysis: z.enum(ANALYSES).default('paired'),
    margin: z.string().trim().min(1).max(20).optional(),
    question: z.string().trim().max(2000).default(''),
  }),
} satisfies Record<keyof RegistrationReplies, z.ZodType>;

export interface RegistrationReplies {
  'registrations.of': Registered;
  'registrations.add': Registration;
}
