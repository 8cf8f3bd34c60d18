/** Splits the entities into data subsets (paper section 2 and the appendix on data splits). */
import type { SubsetsConfig } from '#shared/config.ts';
import { randomStream } from '#shared/random.ts';
import { subsetSizes, TAG_POOLS, type SplitConfig, type SubsetSizes } from '#shared/subset-sizes.ts';
import { SUBSET_NAMES, SUBSETS, type Pool, type SubsetName } from '#shared/subsets.ts';

/** Subsets of one tag are cut next to each other, so that `tags.correlation` moves no other subset. */
const CUT_ORDER: SubsetName[] = [
  ...new Set<SubsetName>([...TAG_POOLS.flatMap(({ usual, unusual }) => [usual, unusual]), ...SUBSET_NAMES]),
];

/** The seed that splits the entities, and the one that re-splits only the stage-2 pool. */
export function splitSeeds(config: SubsetsConfig, runSeed: number): { split: number; stage2: number } {
  return { split: config.seed ?? runSeed, stage2: config.seed_stage2 ?? runSeed };
}

/**
 * Entities of each subset, ascending. The stage-2 pool is drawn first, by `subsets.seed` alone; then
 * `subsets.seed_stage2` splits it, so that changing it moves entities of that pool only.
 * @throws UserError as `subsetSizes`
 */
export function splitEntities(
  config: SplitConfig,
  nEntities: number,
  runSeed: number,
): Record<SubsetName, number[]> {
  const sizes = subsetSizes(config, nEntities);
  const seeds = splitSeeds(config.subsets, runSeed);
  const everyone = Array.from({ length: nEntities }, (_, entity) => entity);
  const order = randomStream(seeds.split, 'split').shuffle(everyone);
  const nStage2 = sum(namesIn('stage2').map((name) => sizes[name]));
  const pool = order.slice(0, nStage2).sort((a, b) => a - b);
  const stage2 = randomStream(seeds.stage2, 'split', 'stage2').shuffle(pool);
  return { ...cut(order.slice(nStage2), 'stage1', sizes), ...cut(stage2, 'stage2', sizes) } as Record<
    SubsetName,
    number[]
  >;
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
const namesIn = (pool: Pool) => CUT_ORDER.filter((name) => SUBSETS[name].pool === pool);

function cut(entities: number[], pool: Pool, sizes: SubsetSizes): Partial<Record<SubsetName, number[]>> {
  let start = 0;
  return Object.fromEntries(
    namesIn(pool).map((name) => {
      const part = entities.slice(start, (start += sizes[name]));
      return [name, part.sort((a, b) => a - b)];
    }),
  );
}
