/** Counts in words. */

/** `1,000` */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 seed`, `6 seeds`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** A size in the unit a person would choose, as disks and the Hub count: `538 MB`, `1.4 GB`. */
export function sizeText(bytes: number): string {
  // Half a unit below the next one is rounded up to it.
  const unit = UNITS.findIndex((_, at) => bytes < 999.5 * 1000 ** at || at === UNITS.length - 1);
  if (unit === 0) return plural(Math.round(bytes), 'byte');
  const amount = bytes / 1000 ** unit;
  return `${amount < 9.95 ? amount.toFixed(1) : Math.round(amount)} ${UNITS[unit]}`;
}
