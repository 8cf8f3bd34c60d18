/** How many entities each subset gets: the fractions rounded, then shared out by the correlation of the tags. */
import type { SubsetsConfig, TagsConfig } from './config.ts';
import { UserError } from './errors.ts';
import { SUBSET_NAMES, SUBSETS, type SubsetName } from './subsets.ts';

/** `share × count` rounded half up; decimal shares count as written, so 0.145 of 100 is 15. */
export function shareOf(share: number, count: number): number {
  return Math.floor(share * count + 0.5 + 1e-9);
}

/** What of a config decides the sizes. */
export interface SplitConfig {
  subsets: SubsetsConfig;
  tags: Pick<TagsConfig, 'correlation'>;
}
export type SubsetSizes = Record<SubsetName, number>;

/** Subsets that one tag marks in stage 1, and which of them a correlation of 1 would fill. */
export const TAG_POOLS = [
  { usual: 'qd1consis', unusual: 'qd1incons' },
  { usual: 'qd2incons', unusual: 'qd2consis' },
] as const;

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
  sizes[largest] += nEntities - total(Object.values(sizes));
  const wanted = new Set(SUBSET_NAMES.filter((name) => fractions[name] > 0));
  const { correlation } = config.tags;
  if (correlation !== null) correlate(sizes, wanted, correlation);
  for (const name of wanted) checkSize(name, sizes[name], nEntities, correlation);
  return sizes;
}

/** Shares of all entities as `tags.correlation` leaves them, before they are rounded to entities. */
export function resultingFractions({ subsets, tags }: SplitConfig): Record<SubsetName, number> {
  const shares = { ...subsets.fractions };
  const alpha = tags.correlation;
  if (alpha === null) return shares;
  for (const { usual, unusual } of TAG_POOLS) {
    const pool = shares[usual] + shares[unusual];
    shares[usual] = alpha * pool;
    shares[unusual] = pool - shares[usual];
  }
  return shares;
}

const total = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

function checkSum(fractions: SubsetsConfig['fractions']): void {
  const sum = total(Object.values(fractions));
  if (Math.abs(sum - 1) <= 1e-9) return;
  const listed = SUBSET_NAMES.filter((name) => fractions[name] > 0).map(
    (name) => `${name} ${fractions[name]}`,
  );
  throw new UserError(
    'subsets.fractions',
    `subsets.fractions: they sum to ${Number(sum.toPrecision(12))} (${listed.join(' + ')}); make them sum to 1`,
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
    const pool = sizes[usual] + sizes[unusual];
    sizes[usual] = shareOf(alpha, pool);
    sizes[unusual] = pool - sizes[usual];
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
