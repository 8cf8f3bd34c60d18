/** Splits the entities into data subsets (paper section 2 and the appendix on data splits). */
import type { ExperimentConfig, SubsetsConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import { randomStream } from '#shared/random.ts';
import { SUBSET_NAMES, SUBSETS, type Pool, type SubsetName } from '#shared/subsets.ts';

/** `share × count` rounded half up; decimal shares count as written, so 0.145 of 100 is 15. */
export function shareOf(share: number, count: number): number {
  return Math.floor(share * count + 0.5 + 1e-9);
}

type SplitConfig = Pick<ExperimentConfig, 'subsets' | 'tags'>;
export type SubsetSizes = Record<SubsetName, number>;

/** Subsets that one tag marks in stage 1, and which of them a correlation of 1 would fill. */
const TAG_POOLS = [
  { usual: 'qd1consis', unusual: 'qd1incons' },
  { usual: 'qd2incons', unusual: 'qd2consis' },
] as const;

/** Subsets of one tag are cut next to each other, so that `tags.correlation` moves no other subset. */
const CUT_ORDER: SubsetName[] = [
  ...new Set<SubsetName>([...TAG_POOLS.flatMap(({ usual, unusual }) => [usual, unusual]), ...SUBSET_NAMES]),
];

/** The seed that splits the entities, and the one that re-splits only the stage-2 pool. */
export function splitSeeds(config: SubsetsConfig, runSeed: number): { split: number; stage2: number } {
  return { split: config.seed ?? runSeed, stage2: config.seed_stage2 ?? runSeed };
}

/**
 * How many entities each subset gets: fractions rounded half up, the remainder to the subset with the
 * largest fraction (the first of the table if several), then `tags.correlation` shares out each tag's pool.
 * @throws UserError `subsets.fractions` if the fractions do not sum to 1, `subsets.too-few` if a subset
 *   that is asked for gets fewer entities than it needs, `tags.correlation` if no tag marks anything
 */
export function subsetSizes(config: SplitConfig, nEntities: number): SubsetSizes {
  const { fractions } = config.subsets;
  checkSum(fractions);
  const sizes = Object.fromEntries(
    SUBSET_NAMES.map((name) => [name, shareOf(fractions[name], nEntities)]),
  ) as SubsetSizes;
  const largest = SUBSET_NAMES.reduce((best, name) => (fractions[name] > fractions[best] ? name : best));
  sizes[largest] += nEntities - sum(Object.values(sizes));
  const wanted = new Set(SUBSET_NAMES.filter((name) => fractions[name] > 0));
  const { correlation } = config.tags;
  if (correlation !== null) correlate(sizes, wanted, correlation);
  for (const name of wanted) checkSize(name, sizes[name], nEntities, correlation);
  return sizes;
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

function checkSum(fractions: SubsetsConfig['fractions']): void {
  const total = sum(Object.values(fractions));
  if (Math.abs(total - 1) <= 1e-9) return;
  const listed = SUBSET_NAMES.filter((name) => fractions[name] > 0).map(
    (name) => `${name} ${fractions[name]}`,
  );
  throw new UserError(
    'subsets.fractions',
    `subsets.fractions: they sum to ${Number(total.toPrecision(12))} (${listed.join(' + ')}); make them sum to 1`,
  );
}

/** Paper, ablation on tag–consistency correlation: α of tag 1 is true, α of tag 2 is false. */
function correlate(sizes: SubsetSizes, wanted: Set<SubsetName>, alpha: number): void {
  const pools = TAG_POOLS.filter(({ usual, unusual }) => wanted.has(usual) || wanted.has(unusual));
  if (pools.length === 0)
    throw new UserError(
      'tags.correlation',
      `tags.correlation: ${alpha} has nothing to share out; give qd1consis and qd2incons a fraction, or set it to null`,
    );
  for (const { usual, unusual } of pools) {
    const total = sizes[usual] + sizes[unusual];
    sizes[usual] = shareOf(alpha, total);
    sizes[unusual] = total - sizes[usual];
    wanted.add(usual);
    if (alpha < 1) wanted.add(unusual);
    else wanted.delete(unusual);
  }
}

/** Inconsistent definitions need a derangement and `d2incons` a swap: both need two entities. */
function checkSize(name: SubsetName, size: number, nEntities: number, correlation: number | null): void {
  const { consistent } = SUBSETS[name];
  const needed = consistent === false || name === 'd2consis' ? 2 : 1;
  if (size >= needed) return;
  const shared =
    correlation !== null && TAG_POOLS.some((pool) => pool.usual === name || pool.unusual === name);
  const cause = shared ? ` at tags.correlation ${correlation}` : '';
  throw new UserError(
    'subsets.too-few',
    `subsets.fractions.${name}: gets ${Math.max(size, 0)} of ${nEntities} entities${cause} and needs at least ${needed}; ` +
      `raise its fraction, set it to 0, or use more entities`,
  );
}
