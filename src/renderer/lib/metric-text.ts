/** Values of a metric as figures and tables write them; differences are written by `#shared/stats/amount.ts`. */
import type { SweepDetail } from '#shared/api/sweeps.ts';
import { percentText } from '#shared/decimals.ts';
import { isShare, METRICS, type MetricId } from '#shared/metrics.ts';
import { amount } from '#shared/stats/amount.ts';

/** A value with its unit: `12.3 %`, `0.53`. */
export function metricText(value: number, metric: MetricId, digits = 2): string {
  if (isShare(metric)) return percentText(value);
  return METRICS[metric].unit === 'nats' ? value.toFixed(digits) : amount(value, metric);
}

/** The same in a table, whose head says the unit. */
export function metricCell(value: number, metric: MetricId): string {
  return isShare(metric) ? amount(value, metric) : metricText(value, metric);
}

/** What a table of means holds: `Exact match in per cent`. */
export function tableWords(metric: MetricId): string {
  return isShare(metric) ? `${METRICS[metric].label} in per cent` : METRICS[metric].label;
}

/** The metric of what a sweep found; that of texts while nothing has been found, when nothing is shown either. */
export function sweepMetric({ cells }: Pick<SweepDetail, 'cells'>): MetricId {
  const found = cells
    .flatMap(({ effects }) => [effects.iml, effects.stage1])
    .find((effect) => effect !== null);
  return found?.metric ?? 'exact_match';
}
