/** `credence plan`: how many seeds would decide it. */
import type { MetricId } from '#shared/metrics.ts';
import { EFFECT_NAMES } from '#shared/stats/compare.ts';
import { sizeOf } from '#shared/stats/equivalence.ts';
import {
  PEEKING,
  planForDifference,
  planForEquivalence,
  planSentence,
  type SeedsPlan,
} from '#shared/stats/planner.ts';
import type { Effect } from '#shared/stats/verdict.ts';
import { metricOf } from '#shared/tasks.ts';
import { writeWhole } from '../../files.ts';
import type { History } from '../../history/history.ts';
import { comparisonOf } from '../../report/comparison/input.ts';
import { plansHtml } from '../../report/comparison/plans.ts';
import { openForReading, parseId } from '../history-option.ts';
import { bold, note, print, printJson, table, yellow } from '../output.ts';
import { experimentsNamed } from './compare.ts';

interface PlanOptions {
  effect?: string;
  margin?: string;
  out?: string;
  db?: string;
  json?: boolean;
}

/** Something that more seeds may decide. */
interface Undecided {
  name: string;
  effect: Effect;
}

/** A plan with what it is for. */
interface NamedPlan {
  name: string;
  plan: SeedsPlan;
}

export function planCommand(ids: readonly string[], options: PlanOptions): void {
  const history = openForReading(options.db);
  try {
    const numbers =
      ids.length === 1 && /^\d+$/.test(ids[0]) ? [parseId(ids[0])] : experimentsNamed(history, ids);
    const metric = metricOf(history.getExperiment(numbers[0]).config);
    const plans = undecided(history, numbers).flatMap((each) => plansFor(each, metric, options));
    if (options.json) printJson(plans);
    else printPlans(plans, metric);
    if (options.out === undefined) return;
    writeWhole(options.out, plansHtml(plans, metric));
    note(`wrote ${options.out}`);
  } finally {
    history.close();
  }
}

/** The IML effect of one experiment, or the differences of several to the first. */
function undecided(history: History, numbers: readonly number[]): Undecided[] {
  const { compared, comparisons } = comparisonOf(history, numbers);
  const nameOf = (id: number) => compared.find(({ experiment }) => experiment.id === id)!.experiment.name;
  if (numbers.length > 1)
    return comparisons.map(({ effect, first, second, difference }) => ({
      name: `${EFFECT_NAMES[effect]}, "${nameOf(second)}" against "${nameOf(first)}"`,
      effect: difference,
    }));
  const { iml } = compared[0].effects.effects;
  return iml ? [{ name: `${EFFECT_NAMES.iml}, "${nameOf(numbers[0])}"`, effect: iml }] : [];
}

function plansFor({ name, effect }: Undecided, metric: MetricId, options: PlanOptions): NamedPlan[] {
  const size = options.effect === undefined ? undefined : sizeOf(options.effect, '--effect', metric);
  const margin = options.margin === undefined ? null : sizeOf(options.margin, '--margin', metric);
  const plans = [
    planForDifference(effect, size),
    margin === null ? null : planForEquivalence(effect, margin),
  ];
  return plans.flatMap((plan) => (plan ? [{ name, plan }] : []));
}

/** Points of the curve that a table shows. */
const SHOWN = 8;

function printPlans(plans: readonly NamedPlan[], metric: MetricId): void {
  if (plans.length === 0)
    return print('Nothing can be planned yet: it takes two seeds that differ, and an effect to plan for.');
  for (const { name, plan } of plans) {
    print(bold(name));
    print(planSentence(plan, metric));
    const step = Math.ceil(plan.curve.length / SHOWN);
    const shown = plan.curve.filter(({ n }, i) => i % step === 0 || n === plan.n || n === plan.needed.value);
    const percent = (share: number) => `${Math.round(100 * share)} %`;
    print(
      table(
        ['seeds', 'power', 'as the spread may be'],
        shown.map(({ n, value, low, high }) => [
          `${n}${n === plan.n ? ' (now)' : ''}`,
          percent(value),
          `${percent(low)} to ${percent(high)}`,
        ]),
        [0, 1],
      ),
    );
    print();
  }
  print(yellow(PEEKING));
}
