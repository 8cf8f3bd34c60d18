/** An experiment's outcome: as one JSON object, and as the table and sentences a reader wants. */
import { addedSeedsNote } from '#shared/added-seeds.ts';
import type { ExperimentRecord, RunRecord, SeedAddition } from '#shared/records.ts';
import { subsetInfo, type TestSubset } from '#shared/subsets.ts';
import { MOMENTS } from '#shared/stats/effect-names.ts';
import { momentsOf, seedsBehind, type Effects } from '#shared/stats/effects.ts';
import { dzText, findingSentence, pText, stage1Sentence } from '#shared/stats/finding.ts';
import { overRuns, seedCount } from '#shared/stats/few-seeds.ts';
import { amountInterval, signedAmount, unitWord } from '#shared/stats/amount.ts';
import { METRICS } from '#shared/metrics.ts';
import { intervalCell, printFewSeeds } from './intervals.ts';
import { bold, dim, print, table, yellow } from './output.ts';

/** What `run --json`, `resume --json` and `show --json` print. */
export function summaryJson(
  { id, added_seeds }: Pick<ExperimentRecord, 'id' | 'added_seeds'>,
  runs: readonly RunRecord[],
  effects: Effects,
) {
  return {
    experiment: id,
    added_seeds,
    runs: runs.map(({ id, seed, seed_stage2, stage1_epoch, state, seconds, error }) => ({
      id,
      seed,
      seed_stage2,
      stage1_epoch,
      state,
      seconds,
      error,
    })),
    metric: effects.metric,
    subsets: effects.subsets,
    effects: effects.effects,
    starts: effects.starts,
    finding: findingSentence(effects),
  };
}

/** The results table in the paper's notation, the effects, and what they mean in a sentence. */
export function printSummary(effects: Effects, added: readonly SeedAddition[]): void {
  if (effects.n > 0) {
    const shown = effects.n > 1 ? ', mean and 95 % interval over' : ' of';
    print(bold(`${METRICS[effects.metric].label}${shown} ${seedCount(effects.n)}${overRuns(effects)}`));
    print(subsetTable(effects));
    print();
    print(effectTable(effects));
    printFewSeeds(seedsBehind(effects));
    print();
    if (effects.starts.length > 0) printStarts(effects);
  }
  print(bold(findingSentence(effects)));
  const stage1 = effects.n > 0 ? stage1Sentence(effects) : null;
  if (stage1) print(stage1);
  const later = addedSeedsNote(added);
  if (later) print(yellow(later));
}

function printStarts({ starts, metric }: Effects): void {
  const rows = starts.map(({ stage1_epoch, iml }) => [
    stage1_epoch === null ? 'the end' : `epoch ${stage1_epoch}`,
    iml ? signedAmount(iml.mean, metric) : '–',
    iml ? amountInterval(iml, metric) : '–',
    iml ? String(iml.n) : '0',
  ]);
  print(bold('iml effect by the weights of stage 1 that stage 2 started from'));
  print(table(['from', unitWord(metric), '95 % interval', 'seeds'], rows, [1, 2, 3]));
  print();
}

function subsetTable(effects: Effects): string {
  const { subsets, metric } = effects;
  const moments = momentsOf(effects);
  const rows = Object.entries(subsets).map(([name, result]) => {
    const { notation, label } = subsetInfo(name as TestSubset);
    return [notation, name, dim(label), ...moments.map((moment) => intervalCell(result[moment], metric))];
  });
  return table(['subset', '', '', ...moments.map((moment) => MOMENTS[moment])], rows, [3, 4]);
}

/** What the two effects that experiments are about are called. */
const NAMES: Record<string, string> = { 'd1consis d2consis': 'iml', 'qd1consis qd2incons': 'stage1' };

function effectTable({ comparisons, metric }: Effects): string {
  const bootstrapped = comparisons.some(({ effect }) => effect.bootstrap !== null);
  const rows = comparisons.map(({ first, second, at, effect }) => [
    NAMES[`${first} ${second}`] ?? '',
    dim(`${first} − ${second} ${MOMENTS[at]}`),
    signedAmount(effect.mean, metric),
    amountInterval(effect, metric),
    ...(bootstrapped ? [effect.bootstrap ? amountInterval(effect.bootstrap, metric) : '–'] : []),
    ...[effect.p, effect.corrected.p, effect.p_permutation_mid].map(pText),
    dzText(effect),
  ]);
  return table(
    [
      ...['effect', '', unitWord(metric), '95 % interval', ...(bootstrapped ? ['bootstrap'] : [])],
      ...['p (paired t)', 'p, Holm', 'p (sign flips)', 'd_z'],
    ],
    rows,
    [2, 3, 4, 5, 6, 7, 8],
  );
}
