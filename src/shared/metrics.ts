/**
 * What is measured, as data: storage, statistics, charts and sentences go by this table. The column of a metric in
 * the history has its id.
 */
import type { Limits } from './stats/interval.ts';

export interface Metric {
  label: string;
  /** What a difference is said in: points are hundredths of a share. */
  unit: 'points' | 'nats' | 'squared error';
  /** Which way is up: an effect above 0 always says that the first subset did better. */
  better: 'more' | 'less';
  /** What a mean cannot leave. */
  limits: Limits;
}

export const METRICS = {
  exact_match: { label: 'Exact match', unit: 'points', better: 'more', limits: [0, 1] },
  f1: { label: 'Token F1', unit: 'points', better: 'more', limits: [0, 1] },
  accuracy: { label: 'Cells right', unit: 'points', better: 'more', limits: [0, 1] },
  mse: { label: 'Mean squared error', unit: 'squared error', better: 'less', limits: [0, Infinity] },
  loss: { label: 'Loss', unit: 'nats', better: 'less', limits: [0, Infinity] },
} as const satisfies Record<string, Metric>;

export type MetricId = keyof typeof METRICS;
export const METRIC_IDS = Object.keys(METRICS) as MetricId[];

/** Whether a metric is a share, shown in per cent and points. */
export function isShare(metric: MetricId): boolean {
  return METRICS[metric].unit === 'points';
}

/** What a value is multiplied by where it is drawn: shares are drawn in per cent. */
export function drawnScale(metric: MetricId): number {
  return isShare(metric) ? 100 : 1;
}

/** Least and most that a difference of two means can be. */
export function differenceLimits(metric: MetricId): Limits {
  const most = METRICS[metric].limits[1];
  return [-most, most];
}
