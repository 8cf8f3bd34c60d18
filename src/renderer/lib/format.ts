/** Times and numbers as people read them. */

// Made once: making a formatter takes far longer than using it.
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });
const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' });

const STEPS: [limit: number, divisor: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [7 * 86_400, 86_400, 'day'],
];

/** `just now`, `5 min. ago`, `yesterday`, or the date. */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < 60) return 'just now';
  const step = STEPS.find(([limit]) => seconds < limit);
  if (!step) return day.format(new Date(iso));
  return relative.format(-Math.floor(seconds / step[1]), step[2]);
}

export function dateTime(iso: string): string {
  return moment.format(new Date(iso));
}

/** `14:03:27`, for a log. */
export function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB');
}

/** `1 seed`, `6 seeds`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** `12 MB`, in powers of ten. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'] as const;
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toLocaleString('en', { maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 })} ${units[power]}`;
}

/** Stages by the name the paper gives them. */
export const STAGE_NAMES = {
  stage0: 'Stage 0',
  stage1: 'Stage 1',
  stage1_qa: 'Stage 1, QA',
  stage2: 'Stage 2',
} as const;

/** A value of a config as one short text. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `three-stage` → `Three stage`. */
export function plainWords(name: string): string {
  const words = name.replaceAll(/[-_]/g, ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
