/** The config of the language task: texts about entities, a decoder that learns them. */
import { z } from 'zod';
import { TASK_ANALYSES } from '../analysis-kinds.ts';
import { analysesField, correlationField, keepAnswers, nameField, runFields } from './common.ts';
import { datasetSchema } from './dataset.ts';
import { definitionsSchema, questionsSchema } from './definitions.ts';
import { pretrainedSchema } from './models/pretrained.ts';
import { transformerSchema } from './models/transformer.ts';
import { subsetsSchema } from './subsets.ts';
import { checkLanguage } from './together.ts';
import { trainingSchema } from './training.ts';
import { count } from './values.ts';

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
  correlation: correlationField,
  alias_letters: z.int().min(3).max(12).default(5).describe('Letters in an alias.'),
});

const evaluation = z.strictObject({
  tests: z
    .array(z.enum(['questions', 'association', 'letters']))
    .min(1)
    .default(['questions', 'association'])
    .describe('Which tests to run: questions, entity association, letters of the name.'),
  batch_size: count(65_536).default(512).describe('Questions per evaluation batch.'),
  keep_answers: keepAnswers,
});

export const languageSchema = z
  .strictObject({
    task: z.literal('language').default('language'),
    name: nameField,
    dataset: datasetSchema.prefault({ kind: 'world' }).describe('Where entities and facts come from.'),
    tags: tags.prefault({}),
    definitions: definitionsSchema.prefault({}),
    questions: questionsSchema.prefault({}),
    subsets: subsetsSchema.prefault({}),
    model: transformerSchema.prefault({}),
    pretrained: pretrainedSchema
      .nullable()
      .default(null)
      .describe('Pre-trained weights to begin with, in place of `model`; null learns from scratch.'),
    training: trainingSchema.prefault({}),
    evaluation: evaluation.prefault({}),
    analyses: analysesField(TASK_ANALYSES.language),
    ...runFields,
  })
  .superRefine(checkLanguage);
