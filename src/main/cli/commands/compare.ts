/** `credence compare`: experiments side by side. */
import { addedSeedsNote } from '#shared/added-seeds.ts';
import { visible } from '#shared/plain-text.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { MeasuredEffect } from '#shared/stats/compare.ts';
import { seedsBehind, type TagEffect } from '#shared/stats/effects.ts';
import { amountInterval, signedAmount } from '#shared/stats/amount.ts';
import { sizeOf } from '#shared/stats/equivalence.ts';
import { isShare, METRICS } from '#shared/metrics.ts';
import { subsetInfo, TEST_SUBSETS } from '#shared/subsets.ts';
import { metricOf } from '#shared/tasks.ts';
import type { History } from '../../history/history.ts';
import { comparisonOf, type ComparisonInput } from '../../report/comparison/input.ts';
import { checkFiles, writeComparison, type ComparisonFiles } from '../comparison-files.ts';
import { openForReading, parseId, sweepNumber } from '../history-option.ts';
import { intervalCell, printFewSeeds } from '../intervals.ts';
import { bold, dim, print, printJson, red, table, yellow } from '../output.ts';
import { printExploratory, printRegistered } from '../registered-view.ts';

interface CompareOptions extends ComparisonFiles {
  db?: string;
  json?: boolean;
  margin?: string;
  baseline?: string;
  effects?: string;
}

export async function compareCommand(ids: string[], options: CompareOptions): Promise<void> {
  checkFiles(options);
  const history = openForReading(options.db);
  try {
    const experiments = experimentsNamed(history, ids);
    const margin = marginOf(history, experiments, options.margin);
    const curves = options.report !== undefined || options.pdf !== undefined;
    const input = comparisonOf(history, experiments, {
      ...{ margin, curves, effects: options.effects?.split(',') },
      baseline: baselineOf(options),
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
  const named = ids.map((id) => ({ sweep: sweepNumber(id), text: id }));
  const single = named.filter(({ sweep }) => sweep === null).map(({ text }) => parseId(text));
  const swept = named.flatMap(({ sweep }) => (sweep === null ? [] : experimentsOf(history, sweep)));
  const numbers = [...new Set([...single, ...swept])];
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

/** In the unit of what the first measures. @throws UserError `stats.size` */
function marginOf(history: History, [first]: readonly number[], text: string | undefined): number | null {
  return text === undefined ? null : sizeOf(text, '--margin', metricOf(history.getExperiment(first).config));
}

/** Every combination of a sweep. */
function experimentsOf(history: History, sweep: number): number[] {
  return history.getSweep(sweep).experiments.map(({ id }) => id);
}

function toJson({
  compared,
  measured,
  comparisons,
  differences,
  remarks,
  registered,
  margin,
}: ComparisonInput) {
  return {
    baseline: compared[0].experiment.id,
    experiments: compared.map(({ experiment: { id, name }, effects }, i) => ({
      id,
      name,
      subsets: effects.subsets,
      effects: Object.fromEntries(measured.map((each) => [each.id, each.effects[i]])),
    })),
    comparisons,
    config: differences,
    data: remarks,
    margin,
    registered,
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

function printCompared({ compared, measured }: ComparisonInput): void {
  const head = ['', ...compared.map(({ experiment: { id, name } }) => `${id} ${visible(name)}`)];
  const points = compared.every(({ effects }) => isShare(effects.metric));
  const effectRow = ({ title, effects }: MeasuredEffect) => [
    `${title}${points ? ', points' : ''}`,
    ...effects.map(effectCell),
  ];
  print(
    table(head, [['seeds', ...compared.map(({ effects }) => String(effects.n))], ...measured.map(effectRow)]),
  );
  const metrics = [...new Set(compared.map(({ effects }) => METRICS[effects.metric].label))];
  print(dim(`compared with ${compared[0].experiment.id} ${visible(compared[0].experiment.name)}`));
  print(`\n${bold(`${metrics.join(', ')} after the last stage`)}`);
  const tested = TEST_SUBSETS.filter((subset) => compared.some(({ effects }) => effects.subsets[subset]));
  const rows = tested.map((subset) => [
    `${subset}  ${subsetInfo(subset).notation}`,
    ...compared.map(({ effects }) => intervalCell(effects.subsets[subset]?.stage2 ?? null, effects.metric)),
  ]);
  print(table(head, rows));
  printFewSeeds(compared.flatMap(({ effects }) => seedsBehind(effects)));
}

function effectCell(effect: TagEffect | null): string {
  if (!effect) return '–';
  const mean = signedAmount(effect.mean, effect.metric);
  return effect.low === null ? mean : `${mean} [${amountInterval(effect, effect.metric)}]`;
}

function printDifferences({ compared, differences }: ComparisonInput): void {
  print(`\n${bold('What differs in the configs')}`);
  if (differences.length === 0) return print('nothing: they ran the same config');
  const head = ['field', ...compared.map(({ experiment: { id } }) => String(id))];
  const rows = differences.map(({ field, values }) => [
    field,
    ...values.map((value) => (value === undefined || value === null ? '–' : showValue(value, 40))),
  ]);
  print(table(head, rows));
}
