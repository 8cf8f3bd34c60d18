/** Facts about kinds of datasets that lists, figures and forms show. */
import type { DatasetConfig } from './config.ts';

/** What each kind is called. */
export const DATASET_LABELS: Record<DatasetConfig['kind'], string> = {
  world: 'Pocket world',
  csv: 'Table (CSV)',
  cvdb: 'CVDB',
  trex: 'T-REx',
  set_inclusion: 'Set inclusion',
  modular: 'Modular arithmetic',
};

/** Exact match of blind guessing, in [0, 1], where the kind of dataset tells it; else null. */
export function chanceOf(dataset: DatasetConfig): number | null {
  if (dataset.kind === 'world') return 1 / dataset.n_values;
  // A modulus of two answers is easy to guess, one of 29 is not: the questions of an entity are asked alike.
  if (dataset.kind === 'modular')
    return dataset.moduli.reduce((sum, modulus) => sum + 1 / modulus, 0) / dataset.moduli.length;
  return dataset.kind === 'set_inclusion' ? 0.5 : null;
}

/** Number of entities, where the config alone tells it; else null. */
export function entityCount(dataset: DatasetConfig): number | null {
  if (dataset.kind === 'world') return dataset.n_entities;
  return 'n_variables' in dataset ? dataset.n_variables : null;
}

/** Where the data come from, in a few words. */
export function describeDataset(dataset: DatasetConfig): string {
  const label = DATASET_LABELS[dataset.kind];
  if ('path' in dataset && dataset.path !== null)
    return dataset.kind === 'csv' ? dataset.path : `${label} (${dataset.path})`;
  return dataset.kind === 'world' ? 'pocket world' : label;
}
