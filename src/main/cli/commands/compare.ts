/** `credence compare`: experiments side by side. */
import { visible } from '#shared/plain-text.ts';
import { configDiff } from '#shared/config-diff.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { ExperimentRecord } from '#shared/records.ts';
import {
  compareEffects,
  otherMetrics,
  type EffectName,
  type EffectComparison,
} from '#shared/stats/compare.ts';
import { sizeOf } from '#shared/stats/equivalence.ts';
import { seedsBehind, type Effects, type TagEffect } from '#shared/stats/effects.ts';
import { amountInterval, signedAmount } from '#shared/stats/amount.ts';
import { isShare, METRICS } from '#shared/metrics.ts';
import { subsetInfo, TEST_SUBSETS } from '#shared/subsets.ts';
import { effectsOfExperiment } from '../../experiments/experiment.ts';
import { otherData } from '../../experiments/other-data.ts';
import { registeredOf } from '../../experiments/registrations.ts';
import type { History } from '../../history/history.ts';
import { openForReading, parseId, sweepNumber } from '../history-option.ts';
import { intervalCell, printFewSeeds } from '../intervals.ts';
import { bold, dim, print, printJson, red, table } from '../output.ts';
import { printExploratory, printRegistered } from '../registered-view.ts';

interface CompareOptions {
  db?: string;
  json?: boolean;
  margin?: string;
}

interface Compared {
  experiment: ExperimentRecord;
  effects: Effects;
}

export async function compareCommand(ids: string[], options: CompareOptions): Promise<void> {
  const named = ids.map((id) => ({ sweep: sweepNumber(id), text: id }));
  const single = named.filter(({ sweep }) => sweep === null).map(({ text }) => parseId(text));
  const history = openForReading(options.db);
  try {
    const swept = named.flatMap(({ sweep }) => (sweep === null ? [] : experimentsOf(history, sweep)));
    const numbers = [...new Set([...single, ...swept])];
    if (numbers.length < 2)
      throw new UserError(
        'compare.ids',
        `compare: ${showValue(ids.join(' '))} is one experiment; name two or more ("credence list" shows them)`,
      );
    const compared = numbers.map((id) => ({
      experiment: history.getExperiment(id),
      effects: effectsOfExperiment(history, id),
    }));
    const differences = configDiff(compared.map(({ experiment }) => experiment.config));
    const margin =
      options.margin === undefined ? null : sizeOf(options.margin, '--margin', compared[0].effects.metric);
    const comparisons = compareEffects(compared, { margin });
    const registered = registeredOf(history, numbers);
    if (options.json) return printJson({ ...toJson(compared, comparisons, differences), registered });
    printCompared(compared);
    printDifferences(compared, differences);
    print();
    for (const sentence of remarks(compared)) print(red(sentence));
    printRegistered(registered);
    printExploratory(registered);
    for (const { sentence, notes } of comparisons) {
      print(sentence);
      for (const note of notes) print(dim(`  ${note}`));
    }
  } finally {
    history.close();
  }
}

/** Every combination of a sweep. */
function experimentsOf(history: History, sweep: number): number[] {
  return history.getSweep(sweep).experiments.map(({ id }) => id);
}

/** What keeps experiments from being compared. */
function remarks(compared: readonly Compared[]): string[] {
  return [...otherData(compared.map(({ experiment }) => experiment)), ...otherMetrics(compared)];
}

function toJson(
  compared: Compared[],
  comparisons: EffectComparison[],
  differences: ReturnType<typeof configDiff>,
) {
  return {
    experiments: compared.map(({ experiment: { id, name }, effects }) => ({
      id,
      name,
      subsets: effects.subsets,
      effects: effects.effects,
    })),
    comparisons,
    config: differences,
    data: remarks(compared),
  };
}

function printCompared(compared: readonly Compared[]): void {
  const head = ['', ...compared.map(({ experiment: { id, name } }) => `${id} ${visible(name)}`)];
  const points = compared.every(({ effects }) => isShare(effects.metric));
  const effectRow = (name: EffectName) => [
    `${name} effect${points ? ', points' : ''}`,
    ...compared.map(({ effects }) => effectCell(effects.effects[name])),
  ];
  print(
    table(head, [
      ['seeds', ...compared.map(({ effects }) => String(effects.n))],
      effectRow('iml'),
      effectRow('stage1'),
    ]),
  );
  const metrics = [...new Set(compared.map(({ effects }) => METRICS[effects.metric].label))];
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

function printDifferences(compared: readonly Compared[], differences: ReturnType<typeof configDiff>): void {
  print(`\n${bold('What differs in the configs')}`);
  if (differences.length === 0) return print('nothing: they ran the same config');
  const head = ['field', ...compared.map(({ experiment: { id } }) => String(id))];
  const rows = differences.map(({ field, values }) => [
    field,
    ...values.map((value) => (value === undefined ? '–' : showValue(value, 40))),
  ]);
  print(table(head, rows));
}
