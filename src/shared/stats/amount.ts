/** Numbers of a metric as people read them, written the same way everywhere. */
import { isShare, METRICS, type MetricId } from '../metrics.ts';
import { digitsText, perCent } from '../decimals.ts';
import type { Bounds, Interval } from './interval.ts';

/**
 * A value or a difference without a plus sign: a share as points (`0.0463` → `4.6`), an error with three digits that
 * count (`0.0123`); with a true minus sign, and the same digits either way round.
 */
export function amount(value: number, metric: MetricId): string {
  return isShare(metric) ? perCent(value) : errorText(value);
}

/** With its sign: `+4.6`, `−0.3`, `0.0`. */
export function signedAmount(value: number, metric: MetricId): string {
  const text = amount(value, metric);
  return text.startsWith('−') || Number(text) === 0 ? text : `+${text}`;
}

/** `3.1 to 6.0`; `–` where there is no interval. */
export function amountInterval({ low, high }: Bounds, metric: MetricId): string {
  return low === null || high === null ? '–' : `${amount(low, metric)} to ${amount(high, metric)}`;
}

/** A mean with its interval, as a cell of a table has it: `42.3 (38.6 to 45.8)`; `–` where nothing was measured. */
export function intervalText(
  interval: Pick<Interval, 'mean' | 'low' | 'high'> | null | undefined,
  metric: MetricId,
  signed = false,
): string {
  if (!interval) return '–';
  const mean = signed ? signedAmount(interval.mean, metric) : amount(interval.mean, metric);
  return interval.low === null ? mean : `${mean} (${amountInterval(interval, metric)})`;
}

/** A difference with its unit, for sentences: `+4.6 points`, `+0.0123`. */
export function amountWithUnit(value: number, metric: MetricId): string {
  return `${signedAmount(value, metric)}${isShare(metric) ? ' points' : ''}`;
}

/** The same with the metric's name: `+4.6 points of exact match`, `+0.0123 mean squared error`. */
export function amountOfMetric(value: number, metric: MetricId): string {
  return `${signedAmount(value, metric)} ${unitOf(metric)}`;
}

/** What differences are measured in: `points of exact match`. */
export function unitOf(metric: MetricId): string {
  return `${isShare(metric) ? 'points of ' : ''}${METRICS[metric].label.toLowerCase()}`;
}

/** The head of a column of differences: `points`, or `difference` where the metric has no unit of its own. */
export function unitWord(metric: MetricId): string {
  return isShare(metric) ? 'points' : 'difference';
}

/** A tick of an axis of differences: without a useless `.0`. */
export function amountTick(value: number, metric: MetricId): string {
  return signedAmount(value, metric).replace(/\.0+$/, '');
}

/** Three significant digits, without an exponent down to a millionth. */
function errorText(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || size >= 1e-6) return digitsText(value, 3);
  return `${value < 0 ? '−' : ''}${size.toExponential(1)}`;
}
