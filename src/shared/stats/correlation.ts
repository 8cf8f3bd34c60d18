/** How closely two numbers of the same things go together. */
import { mean } from './describe.ts';

/** Pearson's r with its 95 % interval. */
export interface Correlation {
  r: number;
  low: number;
  high: number;
  n: number;
}

/** z₀.₉₇₅ */
const CRITICAL = 1.959963984540054;
/** Fisher's z has the variance 1 / (n − 3). */
const LEAST = 4;

/**
 * Pearson's r; its interval by Fisher's transformation, tanh(atanh r ± z₀.₉₇₅ / √(n − 3)) (Fisher 1921;
 * `scipy.stats.pearsonr(…).confidence_interval()`). It takes the pairs as independent.
 * @returns null for fewer than four pairs, and where one of the two does not vary
 */
export function correlationOf(pairs: readonly (readonly [x: number, y: number])[]): Correlation | null {
  const n = pairs.length;
  if (n < LEAST) return null;
  const [centreX, centreY] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
  const sum = (of: (x: number, y: number) => number) =>
    pairs.reduce((total, [x, y]) => total + of(x - centreX, y - centreY), 0);
  const size = Math.sqrt(sum((x) => x * x)) * Math.sqrt(sum((_, y) => y * y));
  if (!(size > 0)) return null;
  const r = Math.max(-1, Math.min(1, sum((x, y) => x * y) / size));
  const reach = CRITICAL / Math.sqrt(n - 3);
  return { r, low: Math.tanh(Math.atanh(r) - reach), high: Math.tanh(Math.atanh(r) + reach), n };
}
