/** What the shares of a design come to: as α leaves them, and in entities where their number is known. */
import type { DatasetConfig } from '#shared/config.ts';
import { entityCount } from '#shared/datasets.ts';
import { UserError } from '#shared/errors.ts';
import { resultingFractions, subsetSizes, type SplitConfig, type SubsetSizes } from '#shared/subset-sizes.ts';
import type { Fractions } from './fractions.ts';

export interface ResultingSubsets {
  shares: Fractions;
  /** Entities of each; null where their number is not known yet, or the shares cannot be used as they are. */
  sizes: SubsetSizes | null;
}

/** @param read entities of the data as it was read; null while nothing was */
export function resultingSubsets(
  config: SplitConfig & { dataset: DatasetConfig },
  read: number | null,
): ResultingSubsets {
  const entities = read ?? entityCount(config.dataset);
  return {
    shares: resultingFractions(config),
    sizes: entities === null ? null : sizesOf(config, entities),
  };
}

function sizesOf(config: SplitConfig, entities: number): SubsetSizes | null {
  try {
    return subsetSizes(config, entities);
  } catch (error) {
    // The design tells what is wrong beside the field.
    if (error instanceof UserError) return null;
    throw error;
  }
}
