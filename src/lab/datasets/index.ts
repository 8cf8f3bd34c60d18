/** Every dataset behind one door. */
import type { KnowledgeConfig } from '#shared/config.ts';
import { loadCsv } from './csv.ts';
import { loadCvdb, locateCvdb } from './cvdb.ts';
import type { KnowledgeBase } from './knowledge-base.ts';
import { buildModular } from './modular.ts';
import { buildSetInclusion } from './set-inclusion.ts';
import type { LoadOptions } from './source-file.ts';
import { loadTrex, locateTrex } from './trex.ts';
import { buildWorld } from './world.ts';

/**
 * Loads or builds the entities and questions that a config names. A relative path is taken from the current
 * directory, so whoever reads the config file resolves it first.
 * @param runSeed used where the dataset has no seed of its own
 * @throws UserError `dataset.*` if the dataset cannot be had as configured
 */
export async function loadDataset(
  config: KnowledgeConfig,
  runSeed: number,
  options: LoadOptions = {},
): Promise<KnowledgeBase> {
  switch (config.kind) {
    case 'world':
      return buildWorld(config, runSeed);
    case 'csv':
      return loadCsv(config, runSeed, options);
    case 'cvdb':
      return loadCvdb(config, options);
    case 'trex':
      return loadTrex(config, runSeed, options);
    case 'set_inclusion':
      return buildSetInclusion(config, runSeed);
    case 'modular':
      return buildModular(config, runSeed);
  }
}

/** The files that a dataset is read from, in order; none for one that is made. @throws UserError `dataset.missing` */
export function dataPaths(config: KnowledgeConfig): string[] {
  switch (config.kind) {
    case 'csv':
      return [config.path];
    case 'cvdb':
      return [locateCvdb(config.path)];
    case 'trex':
      return locateTrex(config.path);
    default:
      return [];
  }
}
