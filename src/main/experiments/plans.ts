/** How many seeds would decide what experiments were compared for. */
import type { NamedPlan } from '#shared/api/analysis.ts';
import { EFFECT_NAMES } from '#shared/stats/effect-names.ts';
import type { PlannedTest } from '#shared/stats/planned-tests.ts';
import { planSentence } from '#shared/stats/plan-text.ts';
import { planForAll, planForDifference, planForEquivalence, type SeedsPlan } from '#shared/stats/planner.ts';
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

/**
 * Plans for each difference to the baseline, or for the IML effect of one that stands alone; of several also one for all of
 * them at once, corrected as their sentences are.
 */
export function plansOf(input: ComparisonInput, sizes: Sizes): NamedPlan[] {
  return [...plansIn(input, sizes)];
}

/** The same one after the other: each takes its time where it is simulated. */
export function* plansIn(
  input: ComparisonInput,
  { effect: size, margin, planned }: Sizes,
): Generator<NamedPlan> {
  const { metric } = input.sides[0].effects;
  const named = (name: string, plan: SeedsPlan | null): NamedPlan[] =>
    plan ? [{ name, plan, sentence: planSentence(plan, metric) }] : [];
  for (const { name, effect } of undecided(input)) {
    yield* named(name, planForDifference(effect, size, planned));
    if (margin !== null) yield* named(name, planForEquivalence(effect, margin, planned));
  }
  const all = input.sides.length > 1 ? input.comparisons : [];
  yield* named(ALL, planForAll(all, { goal: 'difference', size, test: planned }));
  if (margin !== null)
    yield* named(ALL, planForAll(all, { goal: 'equivalence', size: margin, test: planned }));
}

const ALL = 'All of them at once';

function undecided({ sides, comparisons }: ComparisonInput): { name: string; effect: Effect }[] {
  const nameOf = (id: number) => sides.find((side) => side.id === id)!.name;
  if (sides.length > 1)
    return comparisons.map(({ title, first, second, difference }) => ({
      name: `${title}, "${nameOf(second)}" against "${nameOf(first)}"`,
      effect: difference,
    }));
  const [{ name, effects }] = sides;
  const { iml } = effects.effects;
  return iml ? [{ name: `${EFFECT_NAMES.iml}, "${name}"`, effect: iml }] : [];
}
