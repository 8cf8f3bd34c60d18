/**
 * Percentile intervals over resamples, fast enough for every point of a figure. Few values have few distinct
 * resamples (126 for five seeds): each is then worked out once and counted as often as it was drawn, which
 * gives the same percentiles as sorting all of them.
 */
import { quickselect } from 'd3-array';

/** The distinct resamples among those drawn, one after another, and how often each was drawn. */
interface Distinct {
  indices: Uint32Array;
  counts: Uint32Array;
}

/** Up to this many values the distinct resamples are far fewer than those drawn. */
export const FEW_VALUES = 7;

const TAILS = [0.025, 0.975] as const;
const known = new Map<number, Distinct>();

/** The 2.5th and 97.5th percentile of resampled means of at most `FEW_VALUES` values. */
export function fewValuesInterval(
  values: readonly number[],
  drawn: (n: number) => Uint32Array,
): { low: number; high: number } {
  const n = values.length;
  const { indices, counts } = distinctOf(n, drawn);
  const means = Array.from(counts, (count, at) => {
    let sum = 0;
    for (let i = at * n; i < (at + 1) * n; i++) sum += values[indices[i]];
    return { mean: sum / n, count };
  });
  means.sort((a, b) => a.mean - b.mean);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [low, high] = TAILS.map((share) =>
    interpolate(share * (total - 1), (rank) => {
      let before = 0;
      return means.find(({ count }) => (before += count) > rank)!.mean;
    }),
  );
  return { low, high };
}

/** The 2.5th and 97.5th percentile of any statistics (NumPy's linear interpolation), without sorting them. */
export function percentileInterval(statistics: Float64Array): { low: number; high: number } {
  const copy = statistics.slice();
  const [low, high] = TAILS.map((share) =>
    interpolate(share * (copy.length - 1), (rank) => quickselect(copy, rank)[rank]),
  );
  return { low, high };
}

/** The value at a rank that may lie between two. */
function interpolate(rank: number, valueAt: (rank: number) => number): number {
  const below = Math.floor(rank);
  const low = valueAt(below);
  return rank === below ? low : low + (rank - below) * (valueAt(below + 1) - low);
}

function distinctOf(n: number, drawn: (n: number) => Uint32Array): Distinct {
  const cached = known.get(n);
  if (cached) return cached;
  const tally = new Map<string, { resample: Uint32Array; count: number }>();
  const all = drawn(n);
  for (let at = 0; at < all.length; at += n) {
    const resample = all.slice(at, at + n).sort();
    const key = resample.join();
    const entry = tally.get(key) ?? { resample, count: 0 };
    entry.count++;
    tally.set(key, entry);
  }
  const entries = [...tally.values()];
  const distinct = {
    indices: Uint32Array.from(entries.flatMap(({ resample }) => [...resample])),
    counts: Uint32Array.from(entries, ({ count }) => count),
  };
  known.set(n, distinct);
  return distinct;
}
