/** Facts about kinds of datasets that lists, figures and forms show. */
import type { DatasetConfig } from './config.ts';
import { visible } from './plain-text.ts';
import type { MetricTest } from './metric-tests.ts';

/** What each kind is called. */
export const DATASET_LABELS: Record<DatasetConfig['kind'], string> = {
  world: 'Pocket world',
  csv: 'Table (CSV)',
  cvdb: 'CVDB',
  trex: 'T-REx',
  set_inclusion: 'Set inclusion',
  modular: 'Modular arithmetic',
  mnist: 'MNIST grids',
  toy: 'Step functions',
};

/** What each kind is, in a sentence. */
export const DATASET_WORDS: Record<DatasetConfig['kind'], string> = {
  world:
    'A made-up closed world, new for each seed: entities with attributes of a few values. Trains in minutes.',
  csv: 'A table of your own: one row per entity, one column per fact.',
  cvdb: 'Notable people with birth, death, region, occupation, nationality and gender: the paper’s main dataset.',
  trex: 'Books, films and other creative works with facts from Wikidata: the paper’s second dataset.',
  set_inclusion: 'From scratch, on numbers: is the number that a variable stands for among those listed?',
  modular: 'From scratch, on numbers: what is the number that a variable stands for, modulo a few others?',
  mnist: 'Real handwritten digits in grids; each alias is a grid of digit classes, drawn anew each time.',
  toy: 'Two random step functions, and clusters of points on them, new for each seed.',
};

/** Published files: what they are called in the datasets folder, and what to download. */
export const PUBLISHED = {
  cvdb: {
    place: 'cross-verified-database.csv',
    download: 'cross-verified-database.csv.gz',
    url: 'https://data.sciencespo.fr/dataset.xhtml?persistentId=doi:10.21410/7E4/RDAG3O',
    then: 'as it is, packed or unpacked',
  },
  trex: {
    place: 'trex',
    download: 'the JSON files',
    url: 'https://hadyelsahar.github.io/t-rex/downloads/',
    then: 'unpacked: .json or .json.gz files',
  },
  mnist: {
    place: 'mnist',
    download:
      'the four files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz',
    url: 'https://ossci-datasets.s3.amazonaws.com/mnist/, https://storage.googleapis.com/cvdf-datasets/mnist/',
    then: 'as they are, packed or unpacked',
  },
} as const;

/**
 * Share of the questions that blind guessing gets right, in [0, 1], where the kind of dataset tells it; else null, as for
 * the other tests.
 */
export function chanceOf(dataset: DatasetConfig, test: MetricTest = 'questions'): number | null {
  if (test !== 'questions') return null;
  if (dataset.kind === 'world') return 1 / dataset.n_values;
  // A modulus of two answers is easy to guess, one of 29 is not: the questions of an entity are asked alike.
  if (dataset.kind === 'modular')
    return dataset.moduli.reduce((sum, modulus) => sum + 1 / modulus, 0) / dataset.moduli.length;
  if (dataset.kind === 'mnist') return 1 / dataset.letters;
  return dataset.kind === 'set_inclusion' ? 0.5 : null;
}

/** Number of entities, where the config alone tells it; else null. */
export function entityCount(dataset: DatasetConfig): number | null {
  if (dataset.kind === 'world') return dataset.n_entities;
  if (dataset.kind === 'mnist') return dataset.n_aliases;
  if (dataset.kind === 'toy') return dataset.n_clusters;
  return 'n_variables' in dataset ? dataset.n_variables : null;
}

/** Where the data come from, in a few words. */
export function describeDataset(dataset: DatasetConfig): string {
  const label = DATASET_LABELS[dataset.kind];
  if ('path' in dataset && dataset.path !== null)
    return visible(dataset.kind === 'csv' ? dataset.path : `${label} (${dataset.path})`);
  return dataset.kind === 'world' ? 'pocket world' : label;
}
