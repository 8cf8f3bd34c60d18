/** Values of a metric as figures and tables write them; differences are written by `#shared/stats/amount.ts`. */
import type { SweepDetail } from '#shared/api/sweeps.ts';
import { isShare, METRICS, type MetricId } from '#shared/metrics.ts';
import type { MetricTest } from '#shared/records.ts';
import { amount } from '#shared/stats/amount.ts';

/** What a value is multiplied by where it is drawn: shares are drawn in per cent. */
export function drawnScale(metric: MetricId): number {
  return isShare(metric) ? 100 : 1;
}

/** Title of an axis of values: `Exact match (%)`, `Loss (nats)`. */
export function axisTitle(metric: MetricId): string {
  const { label, unit } = METRICS[metric];
  if (isShare(metric)) return `${label} (%)`;
  return unit === 'nats' ? `${label} (nats)` : label;
}

/** Title of an axis of differences. */
export function differenceTitle(metric: MetricId): string {
  return isShare(metric) ? 'Difference (points)' : `Difference (${METRICS[metric].label.toLowerCase()})`;
}

/** A value with its unit: `12.3 %`, `0.53`. */
export function metricText(value: number, metric: MetricId, digits = 2): string {
  if (isShare(metric)) return `${(value * 100).toFixed(1)} %`;
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

/** What tests are called, and in more words where the name is short of them. */
export const TEST_NAMES: Record<MetricTest, { label: string; title?: string }> = {
  questions: { label: 'Questions' },
  association: { label: 'Association' },
  letters: { label: 'Letters' },
  'association-definition': {
    label: 'Assoc. with defs',
    title: 'Entity association, against the definitions',
  },
  grid: { label: 'Whole grids' },
  'grid-definition': { label: 'Grids with defs', title: 'Whole grids, against the definitions' },
};

/** The metric of what a sweep found; that of texts while nothing has been found, when nothing is shown either. */
export function sweepMetric({ cells }: Pick<SweepDetail, 'cells'>): MetricId {
  const found = cells
    .flatMap(({ effects }) => [effects.iml, effects.stage1])
    .find((effect) => effect !== null);
  return found?.metric ?? 'exact_match';
}
