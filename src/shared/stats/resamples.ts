/**
 * Percentile intervals over resamples, fast enough for every point of a figure. Few values have few distinct
 * resamples (126 for five seeds): each is then worked out once and counted as often as it was drawn, which
 * gives the same percentiles as sorting all of them.
 */
/** The distinct resamples among those drawn, one after another, and how often each was drawn. */
interface Distinct {
  indices: Uint8Array;
  counts: Uint32Array;
  /** All that were drawn. */
  total: number;
  /** Room for the mean of each, and for the bucket it falls into. */
  means: Float64Array;
  buckets: Uint8Array;
}

/** Up to this many values the distinct resamples are far fewer than those drawn. */
export const FEW_VALUES = 7;

const TAILS = [0.025, 0.975] as const;

/** Means are first sorted roughly: only those of one bucket are sorted in full. */
const BUCKETS = 256;
/** The same for ten thousand statistics that all differ. */
const FINE_BUCKETS = 1024;
const known = new Map<number, Distinct>();

/** The 2.5th and 97.5th percentile of resampled means of at most `FEW_VALUES` values. */
export function fewValuesInterval(
  values: readonly number[],
  drawn: (n: number) => Uint32Array,
): { low: number; high: number } {
  const distinct = distinctOf(values.length, drawn);
  const drawnPerBucket = fillMeans(distinct, values);
  const valueAt = (rank: number) => valueAtRank(distinct, drawnPerBucket, rank);
  const [low, high] = TAILS.map((share) => interpolate(share * (distinct.total - 1), valueAt));
  return { low, high };
}

/** The 2.5th and 97.5th percentile of any statistics (NumPy's linear interpolation), without sorting them. */
export function percentileInterval(statistics: Float64Array): { low: number; high: number } {
  const [least, largest] = extremes(statistics);
  if (least === largest) return { low: least, high: least };
  const { bucketOf, perBucket } = bucketsOf(statistics, least, largest);
  const [low, high] = TAILS.map((share) => {
    const rank = share * (statistics.length - 1);
    return interpolate(rank, (at) => rankedIn(statistics, bucketOf, perBucket, at));
  });
  return { low, high };
}

function extremes(statistics: Float64Array): [least: number, largest: number] {
  let least = Infinity;
  let largest = -Infinity;
  for (const value of statistics) {
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  return [least, largest];
}

/** Larger values never fall into an earlier bucket, so that the value at a rank is found within one bucket. */
function bucketsOf(statistics: Float64Array, least: number, largest: number) {
  const bucketOf = new Uint16Array(statistics.length);
  const perBucket = new Uint32Array(FINE_BUCKETS);
  const scale = (FINE_BUCKETS - 1) / (largest - least);
  for (let at = 0; at < statistics.length; at++) {
    bucketOf[at] = (statistics[at] - least) * scale;
    perBucket[bucketOf[at]]++;
  }
  return { bucketOf, perBucket };
}

function rankedIn(
  statistics: Float64Array,
  bucketOf: Uint16Array,
  perBucket: Uint32Array,
  rank: number,
): number {
  let bucket = 0;
  let before = 0;
  while (before + perBucket[bucket] <= rank) before += perBucket[bucket++];
  return statistics.filter((_, at) => bucketOf[at] === bucket).sort()[rank - before];
}

/** The value at a rank that may lie between two. */
function interpolate(rank: number, valueAt: (rank: number) => number): number {
  const below = Math.floor(rank);
  const low = valueAt(below);
  return rank === below ? low : low + (rank - below) * (valueAt(below + 1) - low);
}

/** Works out the mean of each distinct resample and its bucket. @returns resamples drawn per bucket */
function fillMeans({ indices, counts, means, buckets }: Distinct, values: readonly number[]): Uint32Array {
  const n = values.length;
  const least = Math.min(...values);
  const scale = (BUCKETS - 1) / (Math.max(...values) - least);
  const perBucket = new Uint32Array(BUCKETS);
  for (let at = 0, index = 0; at < means.length; at++) {
    let sum = 0;
    for (const end = index + n; index < end; index++) sum += values[indices[index]];
    means[at] = sum / n;
    // Rounding may put a mean a little outside the values.
    buckets[at] = Math.min(BUCKETS - 1, Math.max(0, (means[at] - least) * scale));
    perBucket[buckets[at]] += counts[at];
  }
  return perBucket;
}

/** The mean at a rank (from 0) where each stands as often as it was drawn. */
function valueAtRank(
  { means, counts, buckets }: Distinct,
  drawnPerBucket: Uint32Array,
  rank: number,
): number {
  let bucket = 0;
  let before = 0;
  while (before + drawnPerBucket[bucket] <= rank) before += drawnPerBucket[bucket++];
  const inside: { mean: number; count: number }[] = [];
  for (let at = 0; at < means.length; at++)
    if (buckets[at] === bucket) inside.push({ mean: means[at], count: counts[at] });
  inside.sort((a, b) => a.mean - b.mean);
  return inside.find(({ count }) => (before += count) > rank)!.mean;
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
    indices: Uint8Array.from(entries.flatMap(({ resample }) => [...resample])),
    counts: Uint32Array.from(entries, ({ count }) => count),
    total: all.length / n,
    means: new Float64Array(entries.length),
    buckets: new Uint8Array(entries.length),
  };
  known.set(n, distinct);
  return distinct;
}
