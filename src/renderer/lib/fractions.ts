/** Shares of the subsets: whatever changes, the total stays 1. */
import { SUBSET_NAMES, type SubsetName } from '#shared/subsets.ts';

export type Fractions = Record<SubsetName, number>;

const DIGITS = 4;
const round = (value: number) => Number(value.toFixed(DIGITS));

/** Sets one share; the others that are in use give or take in proportion. */
export function withShare(fractions: Fractions, name: SubsetName, share: number): Fractions {
  const value = round(Math.max(0, Math.min(1, share)));
  const others = SUBSET_NAMES.filter((other) => other !== name && fractions[other] > 0);
  const total = others.reduce((sum, other) => sum + fractions[other], 0);
  if (others.length === 0 || total === 0) return fractions;
  const next = { ...fractions, [name]: value };
  for (const other of others) next[other] = round((fractions[other] / total) * (1 - value));
  return settled(next, others);
}

/** Moves a share from one subset to another, as far as there is something to move. */
export function moved(fractions: Fractions, from: SubsetName, to: SubsetName, amount: number): Fractions {
  const by = Math.max(-fractions[to], Math.min(fractions[from], amount));
  return { ...fractions, [from]: round(fractions[from] - by), [to]: round(fractions[to] + by) };
}

/** What rounding left over goes to the largest of the others. */
function settled(fractions: Fractions, others: SubsetName[]): Fractions {
  const rest = 1 - SUBSET_NAMES.reduce((sum, name) => sum + fractions[name], 0);
  const largest = others.reduce((a, b) => (fractions[b] > fractions[a] ? b : a));
  return { ...fractions, [largest]: round(fractions[largest] + rest) };
}
