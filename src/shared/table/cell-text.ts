/** How a cell of the table is written, in the window and on the command line alike. */
import { duration } from '../duration.ts';
import { METRICS, type MetricId } from '../metrics.ts';
import { amount, signedAmount } from '../stats/amount.ts';
import { isDifference, measureOf, type Column } from './columns.ts';
import type { Cell } from './filter.ts';

/** What stands where a row has no value. */
const NOTHING = '–';
/** Digits of fractions that have no metric; whole numbers keep all of theirs: a seed is no measurement. */
const DIGITS = 6;

/** Whether the cells of a column stand to the right. */
export function isNumeric(column: Column): boolean {
  if (column.kind !== 'known') return measureOf(column) !== null;
  return ['id', 'run', 'seed', 'done', 'runs', 'seconds', 'sweep'].includes(column.known);
}

/**
 * A cell in words: shares in per cent and effects in points, times of day as UTC.
 * @param headline the metric of the row's headline
 */
export function cellText(column: Column, cell: Cell, headline: MetricId): string {
  if (cell === null) return NOTHING;
  if (typeof cell === 'object') return cell.length > 0 ? cell.join(', ') : NOTHING;
  if (typeof cell === 'string') return isTime(column) ? timeText(cell) : cell;
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  const measure = measureOf(column);
  if (measure !== null) {
    const metric = measure === 'headline' ? headline : measure;
    return isDifference(column) ? signedAmount(cell, metric) : metricText(cell, metric);
  }
  if (column.kind === 'field')
    return String(Number.isInteger(cell) ? cell : Number(cell.toPrecision(DIGITS)));
  if (column.kind === 'known' && column.known === 'seconds') return cell > 0 ? duration(cell) : NOTHING;
  return String(cell);
}

/** A cell with the name of its column: `Truthfulness α 0.5`; `no Truthfulness α` where there is nothing in it. */
export function namedCell(column: Pick<Column, 'label'>, text: string): string {
  return text === NOTHING ? `no ${column.label}` : `${column.label} ${text}`;
}

function metricText(value: number, metric: MetricId): string {
  return METRICS[metric].unit === 'nats' ? value.toFixed(2) : amount(value, metric);
}

function isTime(column: Column): boolean {
  return column.kind === 'known' && (column.known === 'created' || column.known === 'finished');
}

/** `2026-11-29T03:37:28.123Z` → `2026-11-29 03:37`. */
const timeText = (iso: string) => iso.slice(0, 16).replace('T', ' ');
