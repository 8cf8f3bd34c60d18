/** The `dataset` part of the config: one schema per kind of dataset. */
import { z } from 'zod';
import { CERTAIN_MARKERS } from '../unknown-markers.ts';
import { count, namedOrNull, seed, share } from './values.ts';

const keepEntities = z
  .array(z.string().min(1))
  .min(2, 'two entities or more, or null for all')
  .nullable()
  .default(null)
  .describe(
    'Names of the entities to keep, such as those that a pre-trained model knows ("credence zero-shot" finds out); null keeps all.',
  );

const worldDataset = z.strictObject({
  kind: z.literal('world'),
  n_entities: count(1_000_000).default(1000).describe('Number of entities in the closed world.'),
  n_attributes: count(1000)
    .min(2)
    .default(6)
    .describe('Attributes (facts) of each entity; one question each.'),
  n_values: count(100_000)
    .min(2)
    .default(8)
    .describe('Values an attribute can take, drawn uniformly; chance is one in this many.'),
  seed: seed.nullable().default(null).describe('Seed of the facts; null follows the seed of the run.'),
});

const csvDataset = z.strictObject({
  kind: z.literal('csv'),
  path: z
    .string()
    .min(1, 'the path of a table: choose one')
    .describe('CSV or TSV file, relative to the config file.'),
  delimiter: z
    .enum(['auto', ',', ';', '\t', '|'])
    .default('auto')
    .describe('Character between cells; auto looks at the first lines.'),
  encoding: z
    .enum(['auto', 'utf-8', 'windows-1252', 'latin1', 'utf-16'])
    .default('auto')
    .describe(
      'Text encoding; auto takes UTF-16 with a byte order mark, UTF-8, and Windows-1252 where most bytes beyond ASCII are not valid UTF-8.',
    ),
  header: z
    .enum(['auto', 'yes', 'no'])
    .default('auto')
    .describe(
      'Whether the first row names the columns; without one they are called column1, column2, …. Where nothing tells, auto takes it for a header and says so.',
    ),
  entity: namedOrNull.describe('Column that names the entity; null takes the first.'),
  attributes: z
    .array(z.string().min(1))
    .min(2)
    .nullable()
    .default(null)
    .describe('Columns to ask about; null takes every other column.'),
  questions: z
    .record(z.string(), z.string())
    .default({})
    .describe('Question template per attribute column, with {entity} where the name goes.'),
  missing: z
    .array(z.string())
    .default([...CERTAIN_MARKERS])
    .describe(
      'Cells that stand for "not known", beside empty ones; [] takes them as answers (NA is Namibia’s code). Others that may stand for it (-, ?, None, unknown) are counted and proposed.',
    ),
  keep_entities: keepEntities,
  max_entities: count()
    .nullable()
    .default(null)
    .describe('Keep at most this many entities, drawn with the dataset seed; null keeps all.'),
  seed: seed
    .nullable()
    .default(null)
    .describe('Seed for drawing max_entities; null follows the seed of the run.'),
});

const cvdbDataset = z.strictObject({
  kind: z.literal('cvdb'),
  path: namedOrNull.describe(
    'The published table of notable people (.csv or .csv.gz); null looks for it in the datasets folder.',
  ),
  n_entities: count(2_000_000)
    .min(2)
    .default(4000)
    .describe('The most-read people to take, half of them men and half women.'),
  balance_gender: z
    .boolean()
    .default(true)
    .describe('Half men, half women; false takes the most-read people whatever their gender.'),
  keep_entities: keepEntities,
});

const trexDataset = z.strictObject({
  kind: z.literal('trex'),
  path: namedOrNull.describe(
    'T-REx as published or as a list of triples: a .json or .json.gz file, or a folder of them; null looks in the datasets folder.',
  ),
  n_entities: count(2_000_000).min(2).default(6000).describe('Creative works to take, drawn with the seed.'),
  min_questions: z
    .int()
    .min(2)
    .max(100)
    .default(4)
    .describe('Questions that must be known of a work for it to be taken.'),
  keep_entities: keepEntities,
  seed: seed
    .nullable()
    .default(null)
    .describe('Seed for drawing works and the order of their answers; null follows the seed of the run.'),
});

const tokens = z
  .enum(['variable', 'letter'])
  .default('variable')
  .describe('One token per variable, or one per letter of it.');
const variableSeed = seed
  .nullable()
  .default(null)
  .describe('Seed of the numbers and questions; null follows the seed of the run.');

const setInclusionDataset = z.strictObject({
  kind: z.literal('set_inclusion'),
  n_variables: count(1_000_000).min(2).default(8000).describe('Number of variables.'),
  max_integer: z
    .int()
    .min(3)
    .max(9999)
    .default(98)
    .describe('The largest number; a variable stands for one of 0 up to this.'),
  numbers_per_question: z.int().min(1).max(100).default(8).describe('Numbers in each question (K).'),
  train_questions: z
    .int()
    .min(2)
    .max(1000)
    .default(12)
    .describe('Training questions of each variable, half of them true.'),
  test_questions: z
    .int()
    .min(2)
    .max(1000)
    .default(12)
    .describe('Test questions of each variable, half of them true.'),
  intersection: z
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe(
      'Numbers that all true training questions share, the variable’s own among them; from 2 on the questions alone do not tell it.',
    ),
  label_flip: share.default(0).describe('Probability that a true training question is answered false.'),
  tokens,
  seed: variableSeed,
});

const modularDataset = z.strictObject({
  kind: z.literal('modular'),
  n_variables: count(99_999).min(2).default(9999).describe('Number of variables, each for its own number.'),
  max_integer: z
    .int()
    .min(10)
    .max(99_999)
    .default(9999)
    .describe('The largest number; a variable stands for one of 1 up to this.'),
  moduli: z
    .array(z.int().min(2).max(999))
    .min(2)
    .max(100)
    .default([2, 3, 5, 7, 11, 13, 17, 19, 23, 29])
    .describe('What the remainder is asked of; one question per modulus.'),
  train_moduli: z
    .int()
    .min(1)
    .max(99)
    .default(4)
    .describe(
      'Moduli trained on, drawn for each variable so that they do not tell its number; the others are held out.',
    ),
  tokens,
  seed: variableSeed,
});

/** Every kind of dataset. */
export const datasetSchema = z.discriminatedUnion('kind', [
  worldDataset,
  csvDataset,
  cvdbDataset,
  trexDataset,
  setInclusionDataset,
  modularDataset,
]);

/** Kinds in the order in which they are offered. */
export const DATASET_KINDS = datasetSchema.options.map(({ shape }) => shape.kind.value);

export type WorldConfig = z.output<typeof worldDataset>;
export type CsvConfig = z.output<typeof csvDataset>;
export type CvdbConfig = z.output<typeof cvdbDataset>;
export type TrexConfig = z.output<typeof trexDataset>;
export type SetInclusionConfig = z.output<typeof setInclusionDataset>;
export type ModularConfig = z.output<typeof modularDataset>;
