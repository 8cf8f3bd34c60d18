/** How many seeds would decide what experiments were compared for. */
import type { NamedPlan } from '#shared/api/analysis.ts';
import { EFFECT_NAMES } from '#shared/stats/effect-names.ts';
import { planForDifference, planForEquivalence, planSentence } from '#shared/stats/planner.ts';
import type { Effect } from '#shared/stats/verdict.ts';
import type { ComparisonInput } from '../report/comparison/input.ts';

/** In the metric's unit. */
interface Sizes {
  /** The effect to find; as large as the one seen where it is left out. */
  effect?: number;
  /** Where it is also planned to show that no effect is larger. */
  margin: number | null;
}

/** Plans for each difference to the baseline, or for the IML effect of one that stands alone. */
export function plansOf(input: ComparisonInput, { effect: size, margin }: Sizes): NamedPlan[] {
  const { metric } = input.sides[0].effects;
  return undecided(input).flatMap(({ name, effect }) => {
    const plans = [
      planForDifference(effect, size),
      margin === null ? null : planForEquivalence(effect, margin),
    ];
    return plans.flatMap((plan) => (plan ? [{ name, plan, sentence: planSentence(plan, metric) }] : []));
  });
}

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
