/**
 * The experiment config: one schema, one sentence of help per field, the paper's defaults.
 * Everything a run does follows from this object and a seed; it is stored whole with each run.
 */
import { z } from 'zod';
import { visible } from './plain-text.ts';
import { datasetSchema } from './config/dataset.ts';
import { definitionsSchema, questionsSchema } from './config/definitions.ts';
import { checkTogether } from './config/together.ts';
import { trainingSchema } from './config/training.ts';
import { count, seed, share } from './config/values.ts';
import { ENGINE_IDS, PRECISIONS } from './engines.ts';
import { SUBSET_NAMES, SUBSETS, type SubsetName } from './subsets.ts';

const tagName = z
  .string()
  .regex(/^\S(?:[^\n\r]*\S)?$/, 'text on one line, without spaces at its ends')
  .nullable()
  .default(null);

const tags = z.strictObject({
  reliable: tagName.describe('Text of tag 1, which marks true definitions; null draws six letters.'),
  unreliable: tagName.describe('Text of tag 2, which marks false definitions; null draws six letters.'),
  fresh: tagName.describe('Text of tag 3, seen only in stage 2; null draws six letters.'),
  order: z
    .enum(['tve', 'tev', 'vte', 'vet', 'etv', 'evt'])
    .default('tve')
    .describe('Order of tag (t), alias (v) and entity (e) in a definition.'),
  correlation: z
    .number()
    .min(0.5)
    .max(1)
    .nullable()
    .default(null)
    .describe(
      'Share of tag-1 definitions that are true and of tag-2 definitions that are false (paper: alpha); null leaves the fractions as given.',
    ),
  alias_letters: z.int().min(3).max(12).default(5).describe('Letters in an alias.'),
});

const fractionShape = Object.fromEntries(
  SUBSET_NAMES.map((name) => [
    name,
    share
      .default(SUBSETS[name].defaultFraction)
      .describe(`Share of entities in ${name}: ${SUBSETS[name].label}.`),
  ]),
) as Record<SubsetName, z.ZodDefault<z.ZodNumber>>;

const subsets = z.strictObject({
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
  seed: seed
    .nullable()
    .default(null)
    .describe('Seed of the split into subsets; null follows the seed of the run.'),
  seed_stage2: seed
    .nullable()
    .default(null)
    .describe('Seed that re-splits only the stage-2 pool; null follows the seed of the run.'),
});

const model = z.strictObject({
  architecture: z
    .enum(['gpt-neox', 'gpt2'])
    .default('gpt-neox')
    .describe('Block style: GPT-NeoX (Pythia) or GPT-2.'),
  d_model: count(16_384).default(512).describe('Width of the residual stream.'),
  n_layers: count(256).default(6).describe('Number of transformer blocks.'),
  n_heads: count(256).default(8).describe('Attention heads per block; divides d_model.'),
  d_mlp: count(131_072).nullable().default(null).describe('Width of the MLP; null is four times d_model.'),
  rotary_fraction: share
    .nullable()
    .default(null)
    .describe(
      'Share of each head that is rotated by position; null is 0.25 for gpt-neox and 0 (learned positions) for gpt2.',
    ),
  parallel_residual: z
    .boolean()
    .nullable()
    .default(null)
    .describe('Attention and MLP read the same input; null is true for gpt-neox, false for gpt2.'),
  tied_head: z
    .boolean()
    .nullable()
    .default(null)
    .describe('The output head shares the embedding matrix; null is false for gpt-neox, true for gpt2.'),
  init_std: z.number().gt(0).max(1).default(0.02).describe('Standard deviation of the initial weights.'),
  layer_norm_eps: z
    .number()
    .gt(0)
    .max(0.1)
    .default(1e-5)
    .describe('Constant added to the variance in LayerNorm.'),
});

const evaluation = z.strictObject({
  tests: z
    .array(z.enum(['questions', 'association', 'letters']))
    .min(1)
    .default(['questions', 'association'])
    .describe('Which tests to run: questions, entity association, letters of the name.'),
  batch_size: count(65_536).default(512).describe('Questions per evaluation batch.'),
});

const seedList = z.array(seed).min(1).max(10_000);

export const experimentSchema = z
  .strictObject({
    name: z
      .string()
      .overwrite(visible)
      .min(1)
      .max(200)
      .default('experiment')
      .describe('What the experiment is called in lists and figures.'),
    dataset: datasetSchema.prefault({ kind: 'world' }).describe('Where entities and facts come from.'),
    tags: tags.prefault({}),
    definitions: definitionsSchema.prefault({}),
    questions: questionsSchema.prefault({}),
    subsets: subsets.prefault({}),
    model: model.prefault({}),
    training: trainingSchema.prefault({}),
    evaluation: evaluation.prefault({}),
    seeds: seedList
      .default([0, 1, 2, 3, 4])
      .describe('Seeds to run: a count, a range such as 600..604, or a list.'),
    seeds_stage2: seedList
      .nullable()
      .default(null)
      .describe(
        'Stage-2 seeds of each seed, written as seeds are: each re-splits the stage-2 pool and trains stage 2 alone; null is one run per seed.',
      ),
    engine: z
      .enum(['auto', ...ENGINE_IDS])
      .default('auto')
      .describe('What computes the steps; auto takes the fastest that works here.'),
    precision: z
      .enum(PRECISIONS)
      .default('float32')
      .describe(
        'Type of matrix products: float32, or float16 on a GPU (mixed), where weights, optimiser, sums, softmax, LayerNorm and loss stay float32.',
      ),
  })
  .superRefine(checkTogether);

/** A fully resolved experiment: no field missing. */
export type ExperimentConfig = z.output<typeof experimentSchema>;
export type {
  CsvConfig,
  CvdbConfig,
  ModularConfig,
  SetInclusionConfig,
  TrexConfig,
  WorldConfig,
} from './config/dataset.ts';
export type { DefinitionsConfig } from './config/definitions.ts';
export type DatasetConfig = ExperimentConfig['dataset'];
export type TagsConfig = ExperimentConfig['tags'];
export type SubsetsConfig = ExperimentConfig['subsets'];
export type ModelConfig = ExperimentConfig['model'];
export type OptimizerConfig = ExperimentConfig['training']['optimizer'];
export type StageConfig = ExperimentConfig['training']['stage1'];
export type TestName = ExperimentConfig['evaluation']['tests'][number];
export type DefinitionOrder = TagsConfig['order'];
