/** An experiment's outcome: as one JSON object, and as the table and sentences a reader wants. */
import type { RunRecord } from '#shared/records.ts';
import { subsetInfo, type TestSubset } from '#shared/subsets.ts';
import type { Interval } from '#shared/stats/describe.ts';
import type { Effects, TagEffect } from '#shared/stats/effects.ts';
import {
  findingSentence,
  pointsInterval,
  pRelation,
  signedPoints,
  stage1Sentence,
} from '#shared/stats/finding.ts';
import { bold, dim, percent, print, table } from './output.ts';

/** What `run --json`, `resume --json` and `show --json` print. */
export function summaryJson(experiment: number, runs: readonly RunRecord[], effects: Effects) {
  return {
    experiment,
    runs: runs.map(({ id, seed, seed_stage2, stage1_epoch, state, seconds, error }) => ({
      id,
      seed,
      seed_stage2,
      stage1_epoch,
      state,
      seconds,
      error,
    })),
    subsets: effects.subsets,
    effects: effects.effects,
    starts: effects.starts,
    finding: findingSentence(effects),
  };
}

/** The results table in the paper's notation, the effects, and what they mean in a sentence. */
export function printSummary(effects: Effects): void {
  if (effects.n > 0) {
    print(bold(`Exact match, mean and 95 % interval over ${seedsOf(effects)}`));
    print(subsetTable(effects));
    print();
    print(effectTable(effects));
    print();
    if (effects.starts.length > 0) printStarts(effects);
  }
  print(bold(findingSentence(effects)));
  const stage1 = effects.n > 0 ? stage1Sentence(effects) : null;
  if (stage1) print(stage1);
}

/** `5 seeds`, or `5 seeds, each the mean of its runs (25 in all)`. */
function seedsOf({ n, runs }: Effects): string {
  const count = `${n} seed${n === 1 ? '' : 's'}`;
  return runs === n ? count : `${count}, each the mean of its stage-2 runs (${runs} in all)`;
}

function printStarts({ starts }: Effects): void {
  const rows = starts.map(({ stage1_epoch, iml }) => [
    stage1_epoch === null ? 'the end' : `epoch ${stage1_epoch}`,
    iml ? signedPoints(iml.mean) : '–',
    iml ? pointsInterval(iml) : '–',
    iml ? String(iml.n) : '0',
  ]);
  print(bold('iml effect by the weights of stage 1 that stage 2 started from'));
  print(table(['from', 'points', '95 % interval', 'seeds'], rows, [1, 2, 3]));
  print();
}

function subsetTable({ subsets }: Effects): string {
  const rows = Object.entries(subsets).map(([name, result]) => {
    const { notation, label } = subsetInfo(name as TestSubset);
    return [notation, name, dim(label), interval(result.stage1), interval(result.stage2)];
  });
  return table(['subset', '', '', 'after stage 1', 'after stage 2'], rows, [3, 4]);
}

function interval(value: Interval | null): string {
  return value ? `${percent(value.mean)} [${percent(value.low)}, ${percent(value.high)}]` : '–';
}

function effectTable({ effects: { iml, stage1 } }: Effects): string {
  const row = (name: string, meaning: string, effect: TagEffect | null) =>
    effect === null
      ? []
      : [
          [
            name,
            meaning,
            signedPoints(effect.mean),
            pointsInterval(effect),
            effect.p === null ? '–' : pRelation(effect.p).replace('= ', ''),
            effect.p_permutation === null ? '–' : pRelation(effect.p_permutation).replace('= ', ''),
            effect.dz === null ? '–' : effect.dz.toFixed(2),
          ],
        ];
  return table(
    ['effect', '', 'points', '95 % interval', 'p (paired t)', 'p (permutation)', 'd_z'],
    [
      ...row('iml', dim('d1consis − d2consis after stage 2'), iml),
      ...row('stage1', dim('qd1consis − qd2incons after stage 1'), stage1),
    ],
    [2, 3, 4, 5, 6],
  );
}
