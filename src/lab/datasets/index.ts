/** Every dataset behind one door. */
import type { DatasetConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import type { KnowledgeBase } from './knowledge-base.ts';
import { buildWorld } from './world.ts';

/**
 * Loads or builds the entities and facts that a config names.
 * @param runSeed used where the dataset has no seed of its own
 * @throws UserError if the dataset cannot be had as configured
 */
export async function loadDataset(config: DatasetConfig, runSeed: number): Promise<KnowledgeBase> {
  if (config.kind === 'world') return buildWorld(config, runSeed);
  throw new UserError(
    'dataset.kind',
    `dataset.kind: ${config.kind} cannot be read by this version; use world`,
  );
}
