/** What metrics are measured with. */
import type { TestName } from './config.ts';

/** What a metric was measured with: a test, or the association test scored against the definitions. */
export const METRIC_TESTS = [
  'questions',
  'association',
  'letters',
  'association-definition',
  'grid',
  'grid-definition',
] as const satisfies (TestName | `${string}-definition`)[];

export type MetricTest = (typeof METRIC_TESTS)[number];
