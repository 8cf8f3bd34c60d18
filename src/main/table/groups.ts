/** Rows put together by the value of a column, with the mean of a number in each group. */
import type { TableGroups } from '#shared/api/table.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { ascending } from 'd3-array';
import { METRICS, type MetricId } from '#shared/metrics.ts';
import { meanInterval } from '#shared/stats/interval.ts';
import { cellText, isNumeric } from '#shared/table/cell-text.ts';
import { isDifference, measureOf, type Column } from '#shared/table/columns.ts';
import { headOf } from './look.ts';
import type { TableRow } from './snapshot.ts';
import type { HistoryTable } from './table.ts';

const MOST = 100;

/**
 * Groups in the order of their values. Each row counts once: intervals are over rows.
 * @throws UserError `table.group` where the number is none, or of tasks with other metrics
 */
export function groupsOf(
  table: HistoryTable,
  rows: readonly TableRow[],
  by: Column,
  of: Column,
): TableGroups {
  if (!isNumeric(of) && of.kind !== 'field')
    throw new UserError(
      'table.group',
      `of: ${showValue(of.id)} is no number; choose a metric, such as d1consis`,
    );
  const [keys, numbers] = [by, of].map((column) => table.cells(column, rows));
  const headlines = table.headlines(rows);
  const metric = metricOf(of, headlines);
  const places = Map.groupBy(rows.keys(), (i) => cellText(by, keys![i] ?? null, headlines[i]!));
  const all = [...places].toSorted(([, [a = 0]], [, [b = 0]]) => order(keys![a], keys![b]));
  const groups = all.slice(0, MOST).map(([label, at]) => {
    const values = at.map((i) => numbers![i]).filter((value) => typeof value === 'number');
    const limits = metric === null || isDifference(of) ? undefined : METRICS[metric].limits;
    const interval = meanInterval(values, limits) ?? { mean: NaN, low: null, high: null, n: 0 };
    return { label, without: at.length - values.length, ...interval };
  });
  return {
    ...{ by: headOf(by), of: headOf(of), metric },
    groups: groups.filter(({ n }) => n > 0),
    left_out: Math.max(0, all.length - MOST),
  };
}

/** Numbers by size, texts by the alphabet, nothing last. */
export function order(a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return typeof a === typeof b ? ascending(a as string, b as string) : ascending(typeof a, typeof b);
}

/**
 * What the numbers of a column are measured in; null where it is no metric.
 * @throws UserError `table.group` where it is another in some of the rows
 */
export function metricOf(column: Column, headlines: readonly MetricId[]): MetricId | null {
  const measure = measureOf(column);
  if (measure !== 'headline') return measure;
  const metrics = [...new Set(headlines)];
  if (metrics.length > 1)
    throw new UserError(
      'table.group',
      `of: ${showValue(column.id)} is ${metrics.join(' and ')} in these rows; filter by task, such as task = language`,
    );
  return metrics[0] ?? null;
}
