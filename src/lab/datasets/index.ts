/** Every dataset behind one door. */
import type { DatasetConfig } from '#shared/config.ts';
import { loadCsv } from './csv.ts';
import type { KnowledgeBase } from './knowledge-base.ts';
import { buildWorld } from './world.ts';

/**
 * Loads or builds the entities and facts that a config names. A relative path is taken from the current
 * directory, so whoever reads the config file resolves it first.
 * @param runSeed used where the dataset has no seed of its own
 * @throws UserError `dataset.*` if the dataset cannot be had as configured
 */
export async function loadDataset(config: DatasetConfig, runSeed: number): Promise<KnowledgeBase> {
  return config.kind === 'world' ? buildWorld(config, runSeed) : loadCsv(config, runSeed);
}
