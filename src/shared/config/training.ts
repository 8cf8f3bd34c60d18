/** The `training` part of the config: pipeline, optimiser and stages. */
import { z } from 'zod';
import { count } from './values.ts';

const optimizer = z.strictObject({
  name: z
    .enum(['adafactor', 'adamw'])
    .default('adafactor')
    .describe('Adafactor as Hugging Face configures it, or AdamW.'),
  beta1: z.number().min(0).lt(1).default(0.9).describe('AdamW: decay of the first moment.'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('AdamW: decay of the second moment.'),
  eps: z.number().gt(0).default(1e-8).describe('AdamW: constant added to the denominator.'),
  weight_decay: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe('Decoupled weight decay on matrices (not on biases or LayerNorm).'),
  embedding_lr_multiplier: z
    .number()
    .gt(0)
    .max(1000)
    .default(1)
    .describe('Multiplier on the learning rate of the token embedding.'),
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
    .default(1)
    .describe('Limit of the global gradient norm; null does not clip.'),
});

const stage = (epochs: number, defaults: { lr?: number; batch_size?: number } = {}) =>
  z.strictObject({
    epochs: z.int().min(1).max(100_000).default(epochs).describe('Passes over the data of the stage.'),
    batch_size: count(65_536)
      .default(defaults.batch_size ?? 256)
      .describe('Documents per optimiser step.'),
    lr: z
      .number()
      .gt(0)
      .max(10)
      .default(defaults.lr ?? 5e-5)
      .describe('Peak learning rate.'),
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
    definition_repeats: count(1000).default(1).describe('Copies of each definition in an epoch.'),
    fact_share: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('Share of the stage-0 facts mixed into every epoch (stage 1 only).'),
    eps: z
      .number()
      .gt(0)
      .nullable()
      .default(null)
      .describe('AdamW: replaces optimizer.eps in this stage; null keeps it.'),
    embedding_lr_multiplier: z
      .number()
      .gt(0)
      .max(1000)
      .nullable()
      .default(null)
      .describe('Replaces optimizer.embedding_lr_multiplier in this stage; null keeps it.'),
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
  });

export const trainingSchema = z.strictObject({
  pipeline: z
    .enum(['single-stage', 'two-stage', 'three-stage'])
    .default('two-stage')
    .describe(
      'How stage 1 and 2 are laid out: single-stage has all at once; two-stage: the paper’s main setting; three-stage: stage-1 definitions, then stage1_qa, then stage 2.',
    ),
  stage2_from: z
    .enum(['end', 'each'])
    .default('end')
    .describe(
      'Weights that stage 2 starts from: those at the end of the stage before, or one run from each that its save_every keeps.',
    ),
  sampler: z
    .enum(['shuffled', 'deterministic'])
    .default('shuffled')
    .describe('Order of the documents: shuffled anew in each epoch, or one order drawn once for all epochs.'),
  loss: z
    .enum(['all', 'targets'])
    .default('all')
    .describe('Loss on every token, or only on answers and on the last word of definitions.'),
  optimizer: optimizer.prefault({}),
  stage0: stage(20)
    .nullable()
    .default(null)
    .describe('Learning the facts under the real names, standing in for pre-training; null leaves it out.'),
  stage1: stage(20).prefault({}).describe('QA pairs and the definitions of the qd subsets.'),
  stage1_qa: stage(20)
    .prefault({})
    .describe('Three-stage pipeline only: the QA pairs after the definitions.'),
  stage2: stage(10).prefault({}).describe('Definitions of the d subsets only.'),
});

/** The stage whose weights stage 2 continues from. */
export function stageBeforeStage2(
  pipeline: z.output<typeof trainingSchema>['pipeline'],
): 'stage1' | 'stage1_qa' {
  return pipeline === 'three-stage' ? 'stage1_qa' : 'stage1';
}
