/** The `dataset` part of the config: one schema per kind of dataset. */
import { z } from 'zod';
import { count, seed } from './values.ts';

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
  path: z.string().min(1).describe('CSV or TSV file, relative to the config file.'),
  delimiter: z
    .enum(['auto', ',', ';', '\t', '|'])
    .default('auto')
    .describe('Character between cells; auto looks at the first lines.'),
  encoding: z
    .enum(['auto', 'utf-8', 'latin1'])
    .default('auto')
    .describe('Text encoding; auto takes Latin-1 where the bytes are not valid UTF-8.'),
  header: z
    .enum(['auto', 'yes', 'no'])
    .default('auto')
    .describe('Whether the first row names the columns; without one they are called column1, column2, ….'),
  entity: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('Column that names the entity; null takes the first.'),
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
    .default(['nan', 'NaN', 'NAN', 'NA', 'N/A', 'n/a', 'null', 'NULL'])
    .describe(
      'Cells that stand for "not known", beside empty ones; [] takes them as answers (NA is Namibia’s code).',
    ),
  max_entities: count()
    .nullable()
    .default(null)
    .describe('Keep at most this many entities, drawn with the dataset seed; null keeps all.'),
  seed: seed
    .nullable()
    .default(null)
    .describe('Seed for drawing max_entities; null follows the seed of the run.'),
});

/** Every kind of dataset. */
export const datasetSchema = z.discriminatedUnion('kind', [worldDataset, csvDataset]);

export type WorldConfig = z.output<typeof worldDataset>;
export type CsvConfig = z.output<typeof csvDataset>;
