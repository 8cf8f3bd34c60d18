/** `credence compare`: experiments side by side. */
import { visible } from '#shared/plain-text.ts';
import { configDiff } from '#shared/config-diff.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { ExperimentRecord } from '#shared/records.ts';
import { compareEffects, type EffectName, type EffectComparison } from '#shared/stats/compare.ts';
import { seedsBehind, type Effects } from '#shared/stats/effects.ts';
import { pointsInterval, signedPoints } from '#shared/stats/finding.ts';
import type { Interval } from '#shared/stats/interval.ts';
import { subsetInfo, TEST_SUBSETS } from '#shared/subsets.ts';
import { effectsOfExperiment } from '../../experiments/experiment.ts';
import { otherData } from '../../experiments/other-data.ts';
import type { History } from '../../history/history.ts';
import { openForReading, parseId, sweepNumber } from '../history-option.ts';
import { intervalCell, printFewSeeds } from '../intervals.ts';
import { bold, print, printJson, red, table } from '../output.ts';

interface CompareOptions {
  db?: string;
  json?: boolean;
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
    const comparisons = compareEffects(compared);
    if (options.json) return printJson(toJson(compared, comparisons, differences));
    printCompared(compared);
    printDifferences(compared, differences);
    print();
    for (const sentence of otherData(compared.map(({ experiment }) => experiment))) print(red(sentence));
    for (const { sentence } of comparisons) print(sentence);
  } finally {
    history.close();
  }
}

/** Every combination of a sweep. */
function experimentsOf(history: History, sweep: number): number[] {
  return history.getSweep(sweep).experiments.map(({ id }) => id);
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
    data: otherData(compared.map(({ experiment }) => experiment)),
  };
}

function printCompared(compared: readonly Compared[]): void {
  const head = ['', ...compared.map(({ experiment: { id, name } }) => `${id} ${visible(name)}`)];
  const effectRow = (name: EffectName) => [
    `${name} effect, points`,
    ...compared.map(({ effects }) => effectCell(effects.effects[name])),
  ];
  print(
    table(head, [
      ['seeds', ...compared.map(({ effects }) => String(effects.n))],
      effectRow('iml'),
      effectRow('stage1'),
    ]),
  );
  print(`\n${bold('Exact match after the last stage')}`);
  const tested = TEST_SUBSETS.filter((subset) => compared.some(({ effects }) => effects.subsets[subset]));
  const rows = tested.map((subset) => [
    `${subset}  ${subsetInfo(subset).notation}`,
    ...compared.map(({ effects }) => intervalCell(effects.subsets[subset]?.stage2 ?? null)),
  ]);
  print(table(head, rows));
  printFewSeeds(compared.flatMap(({ effects }) => seedsBehind(effects)));
}

function effectCell(effect: Interval | null): string {
  if (!effect) return '–';
  const mean = signedPoints(effect.mean);
  return effect.low === null ? mean : `${mean} [${pointsInterval(effect)}]`;
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
