/** API: the finished experiment that ships. */
import { z } from 'zod';
import type { MovedExperiment } from '../bundles.ts';

export const exampleArguments = {
  /** Takes the example over as an import does; one that was deleted or archived is brought back. */
  'examples.open': z.strictObject({}),
} satisfies Record<keyof ExampleReplies, z.ZodType>;

export interface ExampleReplies {
  'examples.open': MovedExperiment;
}
