/** `credence plan`: how many seeds would decide it. */
import type { NamedPlan } from '#shared/api/analysis.ts';
import { visible } from '#shared/plain-text.ts';
import { sizeOf } from '#shared/stats/equivalence.ts';
import type { PlannedTest } from '#shared/stats/planned-tests.ts';
import { NOTHING_PLANNED, PEEKING, powerText } from '#shared/stats/plan-text.ts';
import { metricOf } from '#shared/tasks.ts';
import { writeWhole } from '../../files.ts';
import { plansOf, toPlan } from '../../experiments/plans.ts';
import { comparisonOf } from '../../report/comparison/input.ts';
import { plansHtml } from '../../report/comparison/plans.ts';
import { openForReading, parseId } from '../history-option.ts';
import { bold, note, print, printJson, table, yellow } from '../output.ts';
import { baselineOf, experimentsNamed } from './compare.ts';

interface PlanOptions {
  effect?: string;
  margin?: string;
  baseline?: string;
  test?: PlannedTest;
  out?: string;
  db?: string;
  json?: boolean;
}

export function planCommand(ids: readonly string[], options: PlanOptions): void {
  const history = openForReading(options.db);
  try {
    const numbers =
      ids.length === 1 && /^\d+$/.test(ids[0]) ? [parseId(ids[0])] : experimentsNamed(history, ids);
    const metric = metricOf(history.getExperiment(numbers[0]).config);
    const compared = comparisonOf(history, numbers, { baseline: baselineOf(options) });
    const asked = toPlan(compared, {
      effect: options.effect === undefined ? undefined : sizeOf(options.effect, '--effect', metric),
      margin: options.margin === undefined ? null : sizeOf(options.margin, '--margin', metric),
      planned: options.test,
    });
    const plans = plansOf(asked);
    if (options.json) printJson(plans);
    else printPlans(plans);
    if (options.out === undefined) return;
    writeWhole(options.out, plansHtml(plans, metric));
    note(`wrote ${options.out}`);
  } finally {
    history.close();
  }
}

/** Points of the curve that a table shows. */
const SHOWN = 8;

function printPlans(plans: readonly NamedPlan[]): void {
  if (plans.length === 0) return print(NOTHING_PLANNED);
  for (const { name, plan, sentence } of plans) {
    print(bold(visible(name)));
    print(sentence);
    const step = Math.ceil(plan.curve.length / SHOWN);
    const shown = plan.curve.filter(({ n }, i) => i % step === 0 || n === plan.n || n === plan.needed.value);
    print(
      table(
        ['seeds', 'power', 'as the spread may be'],
        shown.map(({ n, value, low, high }) => [
          `${n}${n === plan.n ? ' (now)' : ''}`,
          powerText(value),
          `${powerText(low)} to ${powerText(high)}`,
        ]),
        [0, 1],
      ),
    );
    print();
  }
  print(yellow(PEEKING));
}
