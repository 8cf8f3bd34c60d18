/** Intervals in the tables of the command line, and what stands below them where seeds are few. */
import { fewSeedsNote } from '#shared/stats/finding.ts';
import type { Interval } from '#shared/stats/interval.ts';
import { percent, print, yellow } from './output.ts';

/** `42.3% [38.6%, 45.8%]`; the mean alone where there is no interval, `–` where nothing was measured. */
export function intervalCell(value: Interval | null): string {
  if (!value) return '–';
  const { mean, low, high } = value;
  return low === null || high === null
    ? percent(mean)
    : `${percent(mean)} [${percent(low)}, ${percent(high)}]`;
}

/** The warning that stands wherever an interval or a p over few seeds does. */
export function printFewSeeds(counts: readonly number[]): void {
  const note = fewSeedsNote(...counts);
  if (note) print(yellow(note));
}
