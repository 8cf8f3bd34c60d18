/**
 * What is asked of the host about a comparison, and what one shows when it is opened. Apart from all that reads an
 * address: a window that has just begun asks with it while the view is still being loaded.
 */
import type { Arguments } from '#shared/contract.ts';
import type { MetricId } from '#shared/metrics.ts';
import type { MetricTest } from '#shared/records.ts';
import { HEADLINE_CONTRASTS } from '#shared/stats/headline-contrasts.ts';
import type { TestSubset } from '#shared/subsets.ts';

interface Asked {
  tests: readonly MetricTest[];
  subsets: readonly TestSubset[];
  effects: readonly string[];
  by: readonly string[];
  margin: number | null;
  baseline: number | null;
  metric: MetricId | null;
}

export const OPENED = {
  tests: ['questions'],
  subsets: ['d1consis', 'd2consis', 'd3consis', 'no_qd_baseline'],
  effects: HEADLINE_CONTRASTS,
  by: [],
  margin: null,
  baseline: null,
  metric: null,
} as const satisfies Asked;

/** Effects and numbers; those of other tests than questions beside them. */
export function resultAsked(
  experiments: readonly number[],
  { margin, effects, tests, by, baseline }: Pick<Asked, 'margin' | 'effects' | 'tests' | 'by' | 'baseline'>,
): Arguments<'analysis.compare'> {
  const beside = tests.filter((test) => test !== 'questions');
  return { experiments: [...experiments], margin, effects: [...effects], beside, baseline, by: [...by] };
}

/** Curves of the subsets that are drawn. */
export function curvesAsked(
  experiments: readonly number[],
  test: MetricTest,
  { metric, subsets }: Pick<Asked, 'metric' | 'subsets'>,
): Arguments<'analysis.comparedCurves'> {
  return { experiments: [...experiments], test, metric: metric ?? undefined, subsets: [...subsets] };
}
