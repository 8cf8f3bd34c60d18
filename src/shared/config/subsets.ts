/** The `subsets` part of the config: how entities are shared out. */
import { z } from 'zod';
import { SUBSET_NAMES, SUBSETS, type SubsetName } from '../subsets.ts';
import { seed, share } from './values.ts';

const fractionShape = Object.fromEntries(
  SUBSET_NAMES.map((name) => [
    name,
    share
      .default(SUBSETS[name].defaultFraction)
      .describe(`Share of entities in ${name}: ${SUBSETS[name].label}.`),
  ]),
) as Record<SubsetName, z.ZodDefault<z.ZodNumber>>;

/** The seeds of the split, of every task that has one. */
export const splitSeeds = {
  seed: seed
    .nullable()
    .default(null)
    .describe('Seed of the split into subsets; null follows the seed of the run.'),
  seed_stage2: seed
    .nullable()
    .default(null)
    .describe('Seed that re-splits only the stage-2 pool; null follows the seed of the run.'),
};

export const subsetsSchema = z.strictObject({
  fractions: z
    .strictObject(fractionShape)
    .prefault({})
    .describe('Share of the entities in each subset; they sum to 1.'),
  test_fraction: z
    .number()
    .gt(0)
    .lt(1)
    .default(1 / 6)
    .describe('Share of each entity’s questions held out of stage 1; at least one is.'),
  ...splitSeeds,
});
