/** How many seeds would decide what experiments were compared for. */
import type { NamedPlan } from '#shared/api/analysis.ts';
import type { MetricId } from '#shared/metrics.ts';
import { namesOf, quotedName } from '#shared/stats/compare.ts';
import { EFFECT_NAMES } from '#shared/stats/effect-names.ts';
import type { PlannedTest } from '#shared/stats/planned-tests.ts';
import { planSentence } from '#shared/stats/plan-text.ts';
import { planForAll, planForDifference, planForEquivalence, type SeedsPlan } from '#shared/stats/planner.ts';
import type { Seen } from '#shared/stats/varying-together.ts';
import type { Effect } from '#shared/stats/verdict.ts';
import type { ComparisonInput } from '../report/comparison/input.ts';

/** In the metric's unit. */
interface Sizes {
  /** The effect to find; as large as the one seen where it is left out. */
  effect?: number;
  /** Where it is also planned to show that no effect is larger. */
  margin: number | null;
  /** The test that is to find the effect; the t-test unless said. */
  planned?: PlannedTest;
}

/** What plans are worked out from: plain values, so that a thread can be asked. */
export interface ToPlan extends Sizes {
  metric: MetricId;
  /** What is planned for one by one. */
  undecided: { name: string; effect: Effect }[];
  /** What is planned for all at once. */
  together: Seen[];
}

/**
 * Each difference to the baseline, or the IML effect of one that stands alone; of several also all of them at once, corrected
 * as their sentences are.
 */
export function toPlan(
  { sides, comparisons }: Pick<ComparisonInput, 'sides' | 'comparisons'>,
  { effect, margin, planned }: Sizes,
): ToPlan {
  const { metric, effects } = sides[0].effects;
  const asked = { metric, effect, margin, planned };
  if (sides.length === 1) {
    const name = `${EFFECT_NAMES.iml}, ${quotedName(sides[0])}`;
    return { ...asked, undecided: effects.iml ? [{ name, effect: effects.iml }] : [], together: [] };
  }
  const sideOf = (id: number) => sides.find((side) => side.id === id)!;
  return {
    ...asked,
    undecided: comparisons.map(({ title, first, second, difference }) => ({
      name: `${title}, ${namesOf(sideOf(first), sideOf(second))}`,
      effect: difference,
    })),
    together: comparisons.map(({ paired, difference, per_seed, first, second }) => ({
      ...{ paired, difference, per_seed, first, second },
    })),
  };
}

/**
 * Works the plans out, which takes seconds where many are simulated: those of all at once first.
 * @param progress told the share of them that is done
 */
export function plansOf(
  { metric, undecided, together, effect: size, margin, planned: test }: ToPlan,
  progress: (share: number) => void = () => {},
): NamedPlan[] {
  const questions: { name: string; plan: () => SeedsPlan | null }[] = [
    { name: ALL, plan: () => planForAll(together, { goal: 'difference', size, test }) },
    ...(margin === null
      ? []
      : [{ name: ALL, plan: () => planForAll(together, { goal: 'equivalence', size: margin, test }) }]),
    ...undecided.flatMap(({ name, effect }) => [
      { name, plan: () => planForDifference(effect, size, test) },
      ...(margin === null ? [] : [{ name, plan: () => planForEquivalence(effect, margin, test) }]),
    ]),
  ];
  progress(0);
  return questions.flatMap(({ name, plan: work }, i) => {
    const plan = work();
    progress((i + 1) / questions.length);
    return plan ? [{ name, plan, sentence: planSentence(plan, metric) }] : [];
  });
}

const ALL = 'All of them at once';
