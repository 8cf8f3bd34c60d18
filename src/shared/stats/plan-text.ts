/** Plans of seeds in words. */
import { perCent, percentText } from '../decimals.ts';
import type { MetricId } from '../metrics.ts';
import { measuredSizeText, sizeText } from './equivalence.ts';
import { fewSeedsNote, seedCount } from './few-seeds.ts';
import { withNotes } from './finding.ts';
import { PLANNED_TEST_NAMES } from './planned-tests.ts';
import {
  MOST_SEEDS,
  type SeedsPlan,
  type SimulatedPlan,
  type TestedAlone,
  type Uncertain,
} from './planner.ts';
import { MOST_SIMULATED } from './simulated-power.ts';

/** Shown beside every plan. The rates: docs/statistics.md, "Seeds added later". */
export const PEEKING =
  'Fix the number before more are trained, or register it: looks at 5, 10, 15 and 20 seeds, ending at the first p below 0.05, find an effect that is not there in 13 % instead of 5 %.';

/** Where there is no plan. */
export const NOTHING_PLANNED =
  'Nothing can be planned yet: it takes two seeds that differ, and an effect to plan for.';

/** A plan in words. */
export function planSentence(plan: SeedsPlan, metric: MetricId): string {
  const { test, n, needed, per_side, simulated } = plan;
  const side = per_side ? ' on each side' : '';
  const by = test === 't' ? '' : ` by ${PLANNED_TEST_NAMES[test]}`;
  const simulation = simulated ? ` ${simulationText(simulated, plan.family)}` : '';
  const sentence = `${goalText(plan, metric)} with 80 % power${by} takes ${seedsText(needed.value)}${side}${moreText(needed.value, n)}.${aloneText(plan.t_alone)}${simulation} The spread over the ${seedCount(n)} so far leaves ${rangeText(needed)} possible (95 % interval).`;
  return withNotes(sentence, fewSeedsNote(n));
}

function goalText(plan: SeedsPlan, metric: MetricId): string {
  const { goal, family, as_seen } = plan;
  const sized = plannedSize(plan, metric);
  const corrected = `with p corrected for all ${family} (Holm),`;
  if (goal === 'equivalence')
    return family === 1
      ? `To show that no effect is larger than ${sized}, where there is none,`
      : `To show of all ${family} at once that none is larger than ${sized}, where there are none, ${corrected}`;
  if (family === 1) return `To show an effect of ${sized}${as_seen ? ', as large as the one seen,' : ''}`;
  return `To show all ${family} at once, each ${as_seen ? 'as large as the one seen' : `of ${sized}`}, ${corrected}`;
}

/** Power as a plan's curve has it, rounded down: 79.6 % is not the 80 % that is asked for, and none is certain. */
export function powerText(power: number): string {
  return power > 0.99 ? 'over 99 %' : percentText(Math.floor(Number((100 * power).toPrecision(12))) / 100, 0);
}

/** What a plan is for, in a few words: `an effect of 2.0 points`. */
export function goalTitle(plan: SeedsPlan, metric: MetricId): string {
  if (plan.size === null) return 'each as large as seen';
  const size = plannedSize(plan, metric);
  return plan.goal === 'difference' ? `an effect of ${size}` : `none larger than ${size}`;
}

function plannedSize({ size, as_seen }: SeedsPlan, metric: MetricId): string {
  if (size === null) return '';
  return as_seen ? measuredSizeText(size, metric) : sizeText(size, metric);
}

function simulationText({ samples, error, needed: { low, high } }: SimulatedPlan, family: number): string {
  const beyond = family === 1 ? 'the power of the t-test' : 't-tests of spreads taken as known';
  const open = low === high ? 'which leaves that as it is' : `so it may be ${rangeText({ low, high })}`;
  return `Simulated, ${samples} experiments for each number up to ${MOST_SIMULATED} seeds (beyond, ${beyond}): there a power of 80 % is known to ± ${perCent(error)} points, ${open}.`;
}

/** A claim of so few seeds is made by the t-test (`verdictOf`). */
function aloneText(alone: readonly TestedAlone[]): string {
  if (alone.length === 0) return '';
  const few = alone.map(({ paired, below }) => `${below} ${paired ? 'pairs' : 'seeds on each side'}`);
  return ` Of fewer than ${few.join(', or ')}, no permutation test can be below 5 %: there the t-test decides alone.`;
}

const seedsText = (seeds: number | null) =>
  seeds === null ? `more than ${MOST_SEEDS} seeds` : seedCount(seeds);

function moreText(needed: number | null, n: number): string {
  if (needed === null) return '';
  return needed <= n ? `, and there are ${n}` : `, ${needed - n} more than there are`;
}

function rangeText({ low, high }: Pick<Uncertain<number | null>, 'low' | 'high'>): string {
  if (low === null) return seedsText(null);
  if (high === null) return `${low} to more than ${seedsText(MOST_SEEDS)}`;
  return low === high ? seedsText(low) : `${low} to ${seedsText(high)}`;
}
