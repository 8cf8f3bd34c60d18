/**
 * What is asked of each experiment of a comparison: how much better one subset did than another, when, and in which
 * test. Written as `iml`, `stage1/association`, `d1consis-d3consis@stage1`.
 */
import { showValue, UserError } from '../errors.ts';
import type { MetricId } from '../metrics.ts';
import { METRIC_TESTS, type MetricTest, type RunEvaluations } from '../records.ts';
import { TEST_SUBSETS, type TestSubset } from '../subsets.ts';
import { comparedBy, EFFECT_NAMES, effectOf, MOMENTS, type EffectName } from './effect-names.ts';
import { effectBetween, type Effects, type TagEffect } from './effects.ts';
import type { Moment } from './final-values.ts';

export interface Contrast {
  /** How it is written. */
  id: string;
  first: TestSubset;
  second: TestSubset;
  at: Moment;
  test: MetricTest;
}

const TWO_SUBSETS = /^(\w+)-(\w+)(?:@(stage1|stage2))?$/;
const NAMED = Object.keys(EFFECT_NAMES) as EffectName[];

/**
 * @throws UserError `compare.effect` where a text names no contrast
 */
export function contrastNamed(text: string): Contrast {
  const found = contrastIn(text);
  if (found) return found;
  throw noContrast(text);
}

/** The same; null where a text names none. */
export function contrastIn(text: string): Contrast | null {
  const [what = '', test = 'questions', ...more] = text.trim().split('/');
  const subsets = subsetsOf(what);
  const known = METRIC_TESTS.find((each) => each === test);
  return subsets && known && more.length === 0 ? contrastOf({ ...subsets, test: known }) : null;
}

/** A contrast with the shortest way to write it. */
export function contrastOf(of: Omit<Contrast, 'id'>): Contrast {
  const named = effectOf(of);
  const subsets = `${of.first}-${of.second}${of.at === 'stage1' ? '@stage1' : ''}`;
  const test = of.test === 'questions' ? '' : `/${of.test}`;
  return { id: `${named ?? subsets}${test}`, ...of };
}

function subsetsOf(text: string): Omit<Contrast, 'id' | 'test'> | null {
  const named = NAMED.find((name) => name === text);
  if (named) return comparedBy(named);
  const [, one, other, at = 'stage2'] = TWO_SUBSETS.exec(text) ?? [];
  const [first, second] = [one, other].map((name) => TEST_SUBSETS.find((each) => each === name));
  return first && second && first !== second ? { first, second, at: at as Moment } : null;
}

function noContrast(text: string): UserError {
  return new UserError(
    'compare.effect',
    `effect ${showValue(text)} is none; give iml, stage1, or two subsets such as d1consis-d3consis or qd1consis-q@stage1 (${TEST_SUBSETS.join(', ')}), with /association for another test (${METRIC_TESTS.join(', ')})`,
  );
}

/** `IML effect`, `IML effect (association)`, `d1consis − d3consis at the end`. */
export function contrastTitle({ first, second, at, test }: Contrast): string {
  const named = effectOf({ first, second, at });
  const of = named ? EFFECT_NAMES[named] : `${first} − ${second} ${MOMENTS[at]}`;
  return test === 'questions' ? of : `${of} (${test})`;
}

/**
 * What an experiment found of it, in the unit of its metric; above 0 whichever way the metric points.
 * @param effects of the contrast's test
 * @param runs asked for where the contrast is none of those of method.md; the last evaluation of each stage is enough
 * @returns null where no finished run measured both subsets
 */
export function contrastEffect(
  contrast: Contrast,
  effects: Pick<Effects, 'comparisons' | 'metric'>,
  runs: () => readonly RunEvaluations[],
): TagEffect | null {
  const { first, second, at } = contrast;
  const known = effects.comparisons.find(
    (each) => each.first === first && each.second === second && each.at === at,
  );
  return known ? known.effect : measured(contrast, runs(), effects.metric);
}

const measured = (contrast: Contrast, runs: readonly RunEvaluations[], metric: MetricId) =>
  effectBetween(runs, contrast, metric);
