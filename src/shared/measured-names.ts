/** What stages, tests and axes of what was measured are called wherever they are shown. */
import { isShare, METRICS, type MetricId } from './metrics.ts';
import type { MetricTest, StageId } from './records.ts';

export const STAGE_NAMES: Record<StageId, string> = {
  stage0: 'Stage 0',
  stage1: 'Stage 1',
  stage1_qa: 'Stage 1, QA',
  stage2: 'Stage 2',
};

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
