/** Intervals in the tables of the command line, and what stands below them where seeds are few. */
import { fewSeedsNote } from '#shared/stats/few-seeds.ts';
import { isShare, type MetricId } from '#shared/metrics.ts';
import { amount } from '#shared/stats/amount.ts';
import type { Interval } from '#shared/stats/interval.ts';
import { percent, print, yellow } from './output.ts';

/** `42.3% [38.6%, 45.8%]`, `0.213 [0.201, 0.225]`; the mean alone where there is no interval, `–` where nothing was measured. */
export function intervalCell(value: Interval | null, metric: MetricId): string {
  if (!value) return '–';
  const { mean, low, high } = value;
  const shown = (value: number) => (isShare(metric) ? percent(value) : amount(value, metric));
  return low === null || high === null ? shown(mean) : `${shown(mean)} [${shown(low)}, ${shown(high)}]`;
}

/** The warning that stands wherever an interval or a p over few seeds does. */
export function printFewSeeds(counts: readonly number[]): void {
  const note = fewSeedsNote(...counts);
  if (note) print(yellow(note));
}
