/** Times and numbers as people read them. */
import { plural } from '#shared/counting.ts';

export { countText, plural, sizeText } from '#shared/counting.ts';

/** What is counted. */
export interface Noun {
  one: string;
  many: string;
}

/** `1 alias`, `6 aliases`. */
export function counted(count: number, { one, many }: Noun): string {
  return plural(count, one, many);
}

/*
 * Written by hand what `Intl` writes for English: its first formatter of a kind takes 3 to 30 ms to be made, which
 * would stand before the first paint.
 */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `just now`, `5m ago`, `yesterday`, or the date. */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < MINUTE) return 'just now';
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}m ago`;
  const days = daysBetween(new Date(iso), new Date(now));
  // A day of 25 hours may have begun more than 24 hours ago.
  if (seconds < DAY || days === 0) return `${Math.floor(seconds / HOUR)}h ago`;
  if (days >= 7) return date(new Date(iso));
  return days === 1 ? 'yesterday' : `${days}d ago`;
}

/** Nights between two moments, as the calendar here counts them; a day of 23 or 25 hours is one. */
function daysBetween(from: Date, to: Date): number {
  const [begun, ended] = [from, to].map((moment) => new Date(moment).setHours(0, 0, 0, 0)) as [
    number,
    number,
  ];
  return Math.round((ended - begun) / 1000 / DAY);
}

/** `Nov 25, 2026` */
function date(day: Date): string {
  return `${MONTHS[day.getMonth()]} ${day.getDate()}, ${day.getFullYear()}`;
}

/** `Nov 25, 2026, 7:50 PM` */
export function dateTime(iso: string): string {
  const moment = new Date(iso);
  const hours = moment.getHours();
  const minutes = String(moment.getMinutes()).padStart(2, '0');
  return `${date(moment)}, ${hours % 12 || 12}:${minutes} ${hours < 12 ? 'AM' : 'PM'}`;
}

/** `14:03:27`, for a log. */
export function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB');
}

/** `three-stage` → `Three stage`. */
export function plainWords(name: string): string {
  const words = name.replaceAll(/[-_]/g, ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** A sentence of statistics whose `p = 0.59` stays on one line. */
export function unbroken(sentence: string): string {
  return sentence.replace(/\bp ([<=]) /g, 'p\u00a0$1\u00a0');
}
