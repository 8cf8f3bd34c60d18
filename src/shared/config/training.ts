/** The `training` part of the config: pipeline, optimiser and stages. */
import { z } from 'zod';
import { count } from './values.ts';

interface OptimizerDefaults {
  name?: 'adafactor' | 'adamw';
  weight_decay?: number;
  clip_norm?: number | null;
}

/**
 * @param part fields of a task of its own
 * @param defaults what a task begins with, field by field: a config that gives one field keeps the others
 */
const optimizerOf = <P extends z.core.$ZodShape>(
  part: P,
  { name = 'adafactor', weight_decay = 0, clip_norm = 1 }: OptimizerDefaults = {},
) =>
  z.strictObject({
    name: z
      .enum(['adafactor', 'adamw'])
      .default(name)
      .describe('Adafactor as Hugging Face configures it, or AdamW.'),
    beta1: z.number().min(0).lt(1).default(0.9).describe('AdamW: decay of the first moment.'),
    beta2: z.number().min(0).lt(1).default(0.999).describe('AdamW: decay of the second moment.'),
    eps: z.number().gt(0).default(1e-8).describe('AdamW: constant added to the denominator.'),
    weight_decay: z
      .number()
      .min(0)
      .max(10)
      .default(weight_decay)
      .describe('Decoupled weight decay on matrices (not on biases or LayerNorm).'),
    ...part,
    decay_rate: z
      .number()
      .min(-1)
      .lt(0)
      .default(-0.8)
      .describe('Adafactor: exponent of the second-moment decay.'),
    clip_threshold: z.number().gt(0).default(1).describe('Adafactor: root-mean-square limit of an update.'),
    clip_norm: z
      .number()
      .gt(0)
      .nullable()
      .default(clip_norm)
      .describe('Limit of the global gradient norm; null does not clip.'),
  });

const embeddingRate = {
  embedding_lr_multiplier: z
    .number()
    .gt(0)
    .max(1000)
    .default(1)
    .describe('Multiplier on the learning rate of the token embedding.'),
};

interface StageDefaults {
  lr?: number;
  batch_size?: number;
  /** What a step reads, in the plural. */
  examples?: string;
}

const paceFields = (
  epochs: number,
  { lr = 5e-5, batch_size = 256, examples = 'Documents' }: StageDefaults,
) => ({
  epochs: z.int().min(1).max(100_000).default(epochs).describe('Passes over the data of the stage.'),
  batch_size: count(65_536).default(batch_size).describe(`${examples} per optimiser step.`),
  lr: z.number().gt(0).max(10).default(lr).describe('Peak learning rate.'),
  schedule: z
    .enum(['linear', 'constant'])
    .default('linear')
    .describe('Learning rate after the warm-up: linear decay to 0, or constant.'),
  warmup_steps: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe('Steps over which the learning rate rises from 0.'),
});

const repeats = {
  definition_repeats: count(1000).default(1).describe('Copies of each definition in an epoch.'),
};

const stageEps = {
  eps: z
    .number()
    .gt(0)
    .nullable()
    .default(null)
    .describe('AdamW: replaces optimizer.eps in this stage; null keeps it.'),
};

const cadence = {
  evaluate_every: z
    .int()
    .min(0)
    .max(100_000)
    .default(1)
    .describe('Epochs between evaluations; 0 evaluates only at the end of the stage.'),
  save_every: z
    .int()
    .min(0)
    .max(100_000)
    .default(0)
    .describe('Epochs between weights that are kept; 0 keeps only those at the end of the stage.'),
};

/** A stage of texts. */
const textStage = (epochs: number) =>
  z.strictObject({
    ...paceFields(epochs, {}),
    ...repeats,
    fact_share: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('Share of the stage-0 facts mixed into every epoch (stage 1 only).'),
    ...stageEps,
    embedding_lr_multiplier: z
      .number()
      .gt(0)
      .max(1000)
      .nullable()
      .default(null)
      .describe('Replaces optimizer.embedding_lr_multiplier in this stage; null keeps it.'),
    ...cadence,
  });

/** A stage of pictures. */
const pictureStage = (epochs: number) =>
  z.strictObject({
    ...paceFields(epochs, { lr: 1e-3, batch_size: 128, examples: 'Pictures' }),
    ...repeats,
    ...stageEps,
    ...cadence,
  });

/** A stage of points. */
const pointStage = (epochs: number) =>
  z.strictObject({
    ...paceFields(epochs, { lr: 1e-4, examples: 'Points' }),
    ...stageEps,
    ...cadence,
  });

const pipeline = z
  .enum(['single-stage', 'two-stage', 'three-stage'])
  .default('two-stage')
  .describe(
    'How stage 1 and 2 are laid out: single-stage has all at once; two-stage: the paper’s main setting; three-stage: stage-1 definitions, then stage1_qa, then stage 2.',
  );
const stage2From = z
  .enum(['end', 'each'])
  .default('end')
  .describe(
    'Weights that stage 2 starts from: those at the end of the stage before, or one run from each that its save_every keeps.',
  );
const sampler = (examples: string) =>
  z
    .enum(['shuffled', 'deterministic'])
    .default('shuffled')
    .describe(
      `Order of the ${examples}: shuffled anew in each epoch, or one order drawn once for all epochs.`,
    );

const STAGE_HELP = {
  stage1: 'QA pairs and the definitions of the qd subsets.',
  stage1_qa: 'Three-stage pipeline only: the QA pairs after the definitions.',
  stage2: 'Definitions of the d subsets only.',
};

/** The `training` part of the language task. */
export const trainingSchema = z.strictObject({
  pipeline,
  stage2_from: stage2From,
  sampler: sampler('documents'),
  loss: z
    .enum(['all', 'targets'])
    .default('all')
    .describe('Loss on every token, or only on answers and on the last word of definitions.'),
  optimizer: optimizerOf(embeddingRate).prefault({}),
  stage0: textStage(20)
    .nullable()
    .default(null)
    .describe('Learning the facts under the real names, standing in for pre-training; null leaves it out.'),
  stage1: textStage(20).prefault({}).describe(STAGE_HELP.stage1),
  stage1_qa: textStage(20).prefault({}).describe(STAGE_HELP.stage1_qa),
  stage2: textStage(10).prefault({}).describe(STAGE_HELP.stage2),
});

/** A stage that a task never has. */
const absent = z.null().default(null).describe('Not a stage of this task.');

/** The `training` part of the image task. */
export const imageTrainingSchema = z.strictObject({
  pipeline,
  stage2_from: stage2From,
  sampler: sampler('pictures'),
  optimizer: optimizerOf({}, { name: 'adamw' }).prefault({}),
  stage0: absent,
  stage1: pictureStage(20).prefault({}).describe(STAGE_HELP.stage1),
  stage1_qa: pictureStage(20).prefault({}).describe(STAGE_HELP.stage1_qa),
  stage2: pictureStage(10).prefault({}).describe(STAGE_HELP.stage2),
});

/** The `training` part of the toy regression, which has one stage. */
export const regressionTrainingSchema = z.strictObject({
  pipeline: z.literal('single-stage').default('single-stage').describe('Definitions and circles at once.'),
  stage2_from: z.literal('end').default('end').describe('There is no stage 2.'),
  sampler: sampler('points'),
  optimizer: optimizerOf({}, { name: 'adamw', weight_decay: 1e-5, clip_norm: null }).prefault({}),
  stage0: absent,
  stage1: pointStage(20).prefault({}).describe('All circles and definitions.'),
  stage1_qa: absent,
  stage2: absent,
});

/** The optimiser of any task; the embedding's rate is of texts. */
export type OptimizerConfig = z.output<typeof regressionTrainingSchema>['optimizer'] & {
  embedding_lr_multiplier?: number;
};

/** A stage of any task. */
export type StageConfig = z.output<ReturnType<typeof pointStage>> & {
  definition_repeats?: number;
  embedding_lr_multiplier?: number | null;
};

/** What the `training` part of any task has. */
export interface TrainingParts {
  pipeline: z.output<typeof pipeline>;
  stage2_from: z.output<typeof stage2From>;
  sampler: 'shuffled' | 'deterministic';
  optimizer: OptimizerConfig;
  stage0: StageConfig | null;
  stage1: StageConfig;
  stage1_qa: StageConfig | null;
  stage2: StageConfig | null;
}
