/** The parts of the config that every kind of task has. */
import { z } from 'zod';
import type { AnalysisKind } from '../analysis-kinds.ts';
import { ENGINE_IDS, PRECISIONS } from '../engines.ts';
import { visible } from '../plain-text.ts';
import { seed } from './values.ts';

const seedList = z.array(seed).min(1).max(10_000);

export const nameField = z
  .string()
  .overwrite(visible)
  .min(1)
  .max(200)
  .default('experiment')
  .describe('What the experiment is called in lists and figures.');

/** Seeds, and what computes them. */
export const runFields = {
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
};

/** Tag–consistency correlation (paper: α). */
export const correlationField = z
  .number()
  .min(0.5)
  .max(1)
  .nullable()
  .default(null)
  .describe(
    'Share of tag-1 definitions that are true and of tag-2 definitions that are false (paper: alpha); null leaves the fractions as given.',
  );

/** @param kinds analyses that the task has anything for */
export const analysesField = <const K extends readonly [AnalysisKind, ...AnalysisKind[]]>(kinds: K) =>
  z
    .array(z.enum(kinds))
    .default([])
    .describe(
      'What to look at inside the models once all runs are done, with the usual choices (docs/inside.md): probes, gradients, entropy of answers, where knowledge moved.',
    );

/** Which evaluations keep what was answered to each question. */
export const keepAnswers = z
  .enum(['end-of-stage', 'every', 'none'])
  .default('end-of-stage')
  .describe(
    'Evaluations whose answers are kept, question by question: those at the end of a stage, every one, or none; about 12 bytes an answer.',
  );
