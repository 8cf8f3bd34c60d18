/** `credence compare`: experiments side by side. */
import { addedSeedsNote } from '#shared/added-seeds.ts';
import { visible } from '#shared/plain-text.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { MeasuredEffect } from '#shared/stats/compare.ts';
import { seedsBehind, type TagEffect } from '#shared/stats/effects.ts';
import { amountInterval, signedAmount } from '#shared/stats/amount.ts';
import type { PlannedTest } from '#shared/stats/planned-tests.ts';
import { sizeOf } from '#shared/stats/equivalence.ts';
import { isShare, METRICS } from '#shared/metrics.ts';
import { GROUPED_HOW, NOT_GROUPED } from '#shared/group-words.ts';
import { subsetInfo, TEST_SUBSETS } from '#shared/subsets.ts';
import { metricOf } from '#shared/tasks.ts';
import type { History } from '../../history/history.ts';
import {
  comparisonOf,
  measuredEffects,
  measuredSide,
  type ComparisonInput,
} from '../../report/comparison/input.ts';
import { numbersOf } from '../../report/comparison/sides.ts';
import { groupingBy } from '../../table/experiment-groups.ts';
import { tableOf } from '../../table/of-history.ts';
import { checkFiles, writeComparison, type ComparisonFiles } from '../comparison-files.ts';
import { openForReading, parseId, experimentsIn } from '../history-option.ts';
import { intervalCell, printFewSeeds } from '../intervals.ts';
import { bold, dim, print, printJson, red, table, yellow } from '../output.ts';
import { printExploratory, printRegistered } from '../registered-view.ts';

interface CompareOptions extends ComparisonFiles {
  db?: string;
  json?: boolean;
  margin?: string;
  baseline?: string;
  effects?: string;
  group?: string;
  plan?: PlannedTest;
}

export async function compareCommand(ids: string[], options: CompareOptions): Promise<void> {
  checkFiles(options);
  const history = openForReading(options.db);
  try {
    const experiments = experimentsNamed(history, ids);
    const margin = marginOf(history, experiments, options.margin);
    const curves = options.report !== undefined || options.pdf !== undefined;
    const input = comparisonOf(history, experiments, {
      ...{ margin, curves, effects: options.effects?.split(','), planned: options.plan },
      baseline: baselineOf(options),
      grouping: groupingBy({ history, table: tableOf(history) }, experiments, columnsIn(options.group)),
    });
    if (options.json) printJson(toJson(input));
    else printComparison(input);
    await writeComparison(input, options);
  } finally {
    history.close();
  }
}

/**
 * Experiments by number, and those of sweeps, each once.
 * @throws UserError `compare.ids` for fewer than two, `experiment.id`
 */
export function experimentsNamed(history: History, ids: readonly string[]): number[] {
  const numbers = experimentsIn(history, ids);
  if (numbers.length >= 2) return numbers;
  throw new UserError(
    'compare.ids',
    `compare: ${showValue(ids.join(' '))} is one experiment; name two or more ("credence list" shows them)`,
  );
}

/** @throws UserError `experiment.id` */
export function baselineOf({ baseline }: { baseline?: string }): number | null {
  return baseline === undefined ? null : parseId(baseline);
}

/** `alpha,tags.order` as columns; none where nothing is grouped. */
export function columnsIn(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((column) => column.trim());
}

/** In the unit of what the first measures. @throws UserError `stats.size` */
function marginOf(history: History, [first]: readonly number[], text: string | undefined): number | null {
  return text === undefined ? null : sizeOf(text, '--margin', metricOf(history.getExperiment(first).config));
}

function toJson(input: ComparisonInput) {
  const { compared, sides, by, contrasts, measured, comparisons, differences, remarks, registered, margin } =
    input;
  const alone = by === null ? measured : measuredEffects(contrasts, compared.map(measuredSide));
  const effectsAt = (of: readonly MeasuredEffect[], i: number) =>
    Object.fromEntries(of.map((each) => [each.id, each.effects[i]]));
  return {
    baseline: compared[0].experiment.id,
    experiments: compared.map(({ experiment: { id, name }, effects }, i) => ({
      ...{ id, name },
      ...{ subsets: effects.subsets, effects: effectsAt(alone, i) },
    })),
    ...(by === null
      ? {}
      : {
          group: by,
          groups: sides.map(({ id, name, experiments, effects }, i) => ({
            ...{ place: id, name, experiments: experiments.map((each) => each.id) },
            ...{ seeds: effects.n, runs: effects.runs },
            ...{ subsets: effects.subsets, effects: effectsAt(measured, i) },
          })),
        }),
    ...{ comparisons, config: differences, data: remarks, margin, registered },
  };
}

function printComparison(input: ComparisonInput): void {
  printCompared(input);
  printDifferences(input);
  print();
  for (const sentence of input.remarks) print(red(sentence));
  for (const { experiment } of input.compared) {
    const note = addedSeedsNote(experiment.added_seeds);
    if (note) print(yellow(`${visible(experiment.name)}: ${note}`));
  }
  printRegistered(input.registered);
  printExploratory(input.registered);
  for (const { sentence, notes } of input.comparisons) {
    print(visible(sentence));
    for (const note of notes) print(dim(`  ${note}`));
  }
}

function printCompared({ sides, measured, by }: ComparisonInput): void {
  const grouped = by !== null;
  const head = ['', ...sides.map(({ id, name }) => (grouped ? visible(name) : `${id} ${visible(name)}`))];
  const points = sides.every(({ effects }) => isShare(effects.metric));
  const effectRow = ({ title, effects }: MeasuredEffect) => [
    `${title}${points ? ', points' : ''}`,
    ...effects.map(effectCell),
  ];
  print(
    table(head, [
      ...(grouped ? [['experiments', ...sides.map((side) => numbersOf(side))]] : []),
      ...(grouped ? [['runs', ...sides.map(({ effects }) => String(effects.runs))]] : []),
      ['seeds', ...sides.map(({ effects }) => String(effects.n))],
      ...measured.map(effectRow),
    ]),
  );
  const metrics = [...new Set(sides.map(({ effects }) => METRICS[effects.metric].label))];
  const [{ id, name }] = sides;
  if (grouped) print(dim(`grouped by ${by.join(', ')}: ${GROUPED_HOW}`));
  print(dim(`compared with ${grouped ? '' : `${id} `}${visible(name)}`));
  print(`\n${bold(`${metrics.join(', ')} after the last stage`)}`);
  const tested = TEST_SUBSETS.filter((subset) => sides.some(({ effects }) => effects.subsets[subset]));
  const rows = tested.map((subset) => [
    `${subset}  ${subsetInfo(subset).notation}`,
    ...sides.map(({ effects }) => intervalCell(effects.subsets[subset]?.stage2 ?? null, effects.metric)),
  ]);
  print(table(head, rows));
  printFewSeeds(sides.flatMap(({ effects }) => seedsBehind(effects)));
}

function effectCell(effect: TagEffect | null): string {
  if (!effect) return '–';
  const mean = signedAmount(effect.mean, effect.metric);
  return effect.low === null ? mean : `${mean} [${amountInterval(effect, effect.metric)}]`;
}

function printDifferences({ compared, differences, by }: ComparisonInput): void {
  print(`\n${bold('What differs in the configs')}`);
  if (by !== null) print(dim(NOT_GROUPED));
  if (differences.length === 0) return print('nothing: they ran the same config');
  const head = ['field', ...compared.map(({ experiment: { id } }) => String(id))];
  const rows = differences.map(({ field, values }) => [
    field,
    ...values.map((value) => (value === undefined || value === null ? '–' : showValue(value, 40))),
  ]);
  print(table(head, rows));
}
