/** Shares of the subsets. What was typed stays as it is; the others make room. */
import { TAG_POOLS } from '#shared/subset-sizes.ts';
import { SUBSET_NAMES, type SubsetName } from '#shared/subsets.ts';

export type Fractions = Record<SubsetName, number>;

/** Decimals of a share that is worked out. */
const DIGITS = 4;
/** Decimals that hide the rounding of sums. */
const EXACT = 10;
const round = (value: number, digits = DIGITS) => Number(value.toFixed(digits));

/**
 * Sets one share exactly; the others that are in use and not locked give or take in proportion. Where they cannot,
 * they stay as they are and the shares do not add up to 1, which the design then says.
 * @param locked shares that stay
 */
export function withShare(
  fractions: Fractions,
  name: SubsetName,
  share: number,
  locked: ReadonlySet<SubsetName> = new Set(),
): Fractions {
  const next = { ...fractions, [name]: round(share, EXACT) };
  const others = freeOthers(fractions, name, locked);
  const left = 1 - sum(next, (each) => !others.includes(each));
  const before = sum(fractions, (each) => others.includes(each));
  if (others.length === 0 || left < 0) return next;
  for (const other of others) next[other] = round((fractions[other] / before) * left);
  return settled(next, others);
}

/** The largest share that leaves the locked ones as they are; its own where no other is free to make room. */
export function mostShare(
  fractions: Fractions,
  name: SubsetName,
  locked: ReadonlySet<SubsetName> = new Set(),
): number {
  const others = freeOthers(fractions, name, locked);
  if (others.length === 0) return fractions[name];
  return Math.max(0, 1 - sum(fractions, (each) => each !== name && !others.includes(each)));
}

/** Moves a share from one subset to another, as far as there is something to move. */
export function moved(fractions: Fractions, from: SubsetName, to: SubsetName, amount: number): Fractions {
  const by = Math.max(-fractions[to], Math.min(fractions[from], amount));
  return {
    ...fractions,
    [from]: round(fractions[from] - by, EXACT),
    [to]: round(fractions[to] + by, EXACT),
  };
}

/** The subset whose own share stands behind what is drawn of another: α mixes the two of one tag. */
export function payerOf(fractions: Fractions, name: SubsetName, correlation: number | null): SubsetName {
  const pool = TAG_POOLS.find(({ usual, unusual }) => usual === name || unusual === name);
  if (correlation === null || !pool) return name;
  return fractions[pool.unusual] > fractions[pool.usual] ? pool.unusual : pool.usual;
}

function freeOthers(fractions: Fractions, name: SubsetName, locked: ReadonlySet<SubsetName>): SubsetName[] {
  return SUBSET_NAMES.filter((other) => other !== name && fractions[other] > 0 && !locked.has(other));
}

function sum(fractions: Fractions, counted: (name: SubsetName) => boolean): number {
  return SUBSET_NAMES.filter(counted).reduce((total, name) => total + fractions[name], 0);
}

/** What rounding left over goes to the largest of the others. */
function settled(fractions: Fractions, others: readonly SubsetName[]): Fractions {
  const rest = 1 - sum(fractions, () => true);
  const largest = others.reduce((a, b) => (fractions[b] > fractions[a] ? b : a));
  return { ...fractions, [largest]: round(fractions[largest] + rest, EXACT) };
}
