/** The parts of the config that the toy regression has to itself; the defaults are the authors' main setting. */
import { z } from 'zod';
import { TASK_ANALYSES } from '../analysis-kinds.ts';
import { analysesField, keepAnswers, nameField, runFields } from './common.ts';
import { mlpSchema } from './models/mlp.ts';
import { regressionTrainingSchema } from './training.ts';
import { count, seed } from './values.ts';

export const toyDataset = z.strictObject({
  kind: z.literal('toy').default('toy'),
  d_y: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Output dimensions; a circle shows one of them, a definition all.'),
  max_x: count(10_000_000)
    .min(2)
    .default(100_000)
    .describe('Values of x: whole numbers from 0 up to below this.'),
  n_anchors: z
    .int()
    .min(2)
    .max(1_000_000)
    .default(70)
    .describe('Random values of each output dimension that a step function runs through.'),
  n_clusters: z
    .int()
    .min(8)
    .max(100_000)
    .default(70)
    .describe('Evenly spaced clusters of x; the middle 30 % have definitions only.'),
  cluster_spread: count(1_000_000)
    .default(100)
    .describe('How far points lie from the centre of their cluster.'),
  points_per_cluster: count(1_000_000).default(150).describe('Points drawn in each cluster.'),
  p_definition: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe('Probability that a point is a definition, with all dimensions shown.'),
  d_pos_enc: z.int().min(1).max(4096).default(32).describe('Dimensions of the sinusoidal encoding of x.'),
  featurization: z
    .enum(['one-channel', 'two-channels', 'three-channels'])
    .default('two-channels')
    .describe(
      'Where the encoding of x stands: one place for all shapes, one for circles and one for definitions, or one for each shape.',
    ),
  seed: seed
    .nullable()
    .default(null)
    .describe('Seed of functions and points; null follows the seed of the run.'),
});

const toyEvaluation = z.strictObject({
  batch_size: count(65_536).default(4096).describe('Points per evaluation batch.'),
  keep_answers: keepAnswers,
});

export const regressionSchema = z.strictObject({
  task: z.literal('regression').default('regression'),
  name: nameField,
  dataset: toyDataset
    .prefault({ kind: 'toy' })
    .describe('Two step functions, and clusters of points on them.'),
  model: mlpSchema.prefault({ architecture: 'mlp' }),
  training: regressionTrainingSchema.prefault({}),
  evaluation: toyEvaluation.prefault({}),
  analyses: analysesField(TASK_ANALYSES.regression),
  seeds: runFields.seeds,
  seeds_stage2: z.null().default(null).describe('There is no stage 2.'),
  engine: runFields.engine,
  precision: runFields.precision,
});

export type ToyConfig = z.output<typeof toyDataset>;
