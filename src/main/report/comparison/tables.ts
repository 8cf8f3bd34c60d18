/** The tables of a comparison, as they are read and as numbers for other programs. */
import { decimals } from '#shared/decimals.ts';
import type { ComparisonTable } from '#shared/api/system.ts';
import { safeCell } from '#shared/plain-text.ts';
import { isShare, METRICS, type MetricId } from '#shared/metrics.ts';
import { difference } from '#shared/stats/describe.ts';
import { amountInterval, intervalText, signedAmount, unitOf } from '#shared/stats/amount.ts';
import type { EffectComparison } from '#shared/stats/compare.ts';
import { contrastTitle, type Contrast } from '#shared/stats/contrast.ts';
import { MOMENTS, MOMENT_TITLES } from '#shared/stats/effect-names.ts';
import { pairsBetween, type Moment } from '#shared/stats/final-values.ts';
import { pText } from '#shared/stats/finding.ts';
import type { SubsetInterval } from '#shared/stats/effects.ts';
import { TEST_SUBSETS, subsetInfo } from '#shared/subsets.ts';
import { GROUPED_HOW } from '#shared/group-words.ts';
import type { ComparisonInput } from './input.ts';
import { numbersOf, sideTitle, type ComparedSide } from './sides.ts';

/** A text, or the paper's notation, which is set with real sub- and superscripts. */
export type Cell = string | { notation: string };

export interface Table {
  id: ComparisonTable;
  title: string;
  /** What the numbers are. */
  note: string;
  columns: { head: string; number: boolean }[];
  rows: Cell[][];
  /** The same, number by number: shares as fractions. */
  records: Record<string, string | number | null>[];
}

/** All tables of a comparison; those without a row are left out. */
export function comparisonTables(input: ComparisonInput): Table[] {
  return [comparisonsTable(input), subsetsTable(input), seedsTable(input)].filter(
    ({ rows }) => rows.length > 0,
  );
}

const columns = (...heads: [head: string, number?: boolean][]): Table['columns'] =>
  heads.map(([head, number = false]) => ({ head, number }));

/** Every experiment against the baseline. */
function comparisonsTable({ sides, comparisons, by }: ComparisonInput): Table {
  const sideOf = (id: number) => sides.find((side) => side.id === id)!;
  const [baseline] = sides;
  const { metric } = baseline.effects;
  const each = by === null ? 'experiment' : 'group';
  return {
    id: 'comparisons',
    title: 'Effects compared',
    note: `Differences of effects in ${unitOf(metric)}, each ${each} against the baseline ${naming(baseline)}, with Student’s or Welch’s 95 % interval; p two-sided, corrected for all rows (Holm), and of the permutation test (mid-p); Hedges’ g with its 95 % interval; probability of improvement.${groupNote(by)}`,
    columns: columns(
      ...([
        ['Effect'],
        [by === null ? 'Experiment' : 'Group'],
        ['Difference', true],
        ['95 % interval', true],
      ] as [string, boolean?][]),
      ...([
        ['p', true],
        ['p, Holm', true],
        ['p, permutation', true],
      ] as [string, boolean][]),
      ...([
        ['g', true],
        ['95 % of g', true],
        ['P(improvement)', true],
        ['Seeds', true],
      ] as [string, boolean][]),
      ['Test'],
    ),
    rows: comparisons.map((of) => comparisonRow(of, sideTitle(sideOf(of.second)), metric)),
    records: comparisons.map((of) => comparisonRecord(of, sideOf)),
  };
}

const naming = ({ id, name, over }: ComparedSide) => `“${name}” (${over ?? id})`;

/** How groups are measured, where there are any. */
const groupNote = (by: ComparisonInput['by']) => (by === null ? '' : ` Groups: ${GROUPED_HOW}.`);

/** Who a record is of: an experiment, or a group by what its experiments share, with their numbers. */
function recordOf(side: ComparedSide): Record<string, string | number> {
  if (side.over === undefined) return { experiment: side.id, name: safeCell(side.name) };
  return { group: safeCell(side.name), experiments: numbersOf(side, ' ') };
}

function comparisonRow(each: EffectComparison, name: string, metric: MetricId): Cell[] {
  const { title, difference, corrected, effect_size: size, paired } = each;
  return [
    ...[title, name],
    ...[signedAmount(difference.mean, metric), amountInterval(difference, metric)],
    ...[pText(difference.p), pText(corrected.p), pText(difference.p_permutation_mid)],
    ...(size ? [twoDigits(size.g), `${twoDigits(size.low)} to ${twoDigits(size.high)}`] : ['–', '–']),
    difference.probability_of_improvement.toFixed(2),
    'n' in difference ? String(difference.n) : `${difference.n_first}, ${difference.n_second}`,
    paired ? 'paired t' : 'Welch',
  ];
}

const twoDigits = (value: number) => decimals(value, 2);

function comparisonRecord(
  each: EffectComparison,
  sideOf: (id: number) => ComparedSide,
): Table['records'][number] {
  const [first, second] = [sideOf(each.first), sideOf(each.second)];
  const numbers = (side: ComparedSide) => (side.over === undefined ? side.id : numbersOf(side, ' '));
  const { effect, paired, difference: d, corrected, effect_size: size, equivalence } = each;
  return {
    ...{ effect, first: numbers(first), first_name: safeCell(first.name) },
    ...{ second: numbers(second), second_name: safeCell(second.name) },
    ...{ test: paired ? 'paired' : 'welch', n_first: 'n' in d ? d.n : d.n_first },
    ...{ n_second: 'n' in d ? d.n : d.n_second, difference: d.mean, low: d.low, high: d.high },
    ...{ t: d.t, df: d.df, p: d.p, p_holm: corrected.p, p_permutation: d.p_permutation },
    ...{ p_permutation_mid: d.p_permutation_mid, g: size?.g ?? null, g_low: size?.low ?? null },
    ...{ g_high: size?.high ?? null, probability_of_improvement: d.probability_of_improvement },
    ...{ margin: equivalence?.margin ?? null, p_equivalence: equivalence?.p ?? null },
    p_equivalence_permutation_mid: equivalence?.p_permutation_mid ?? null,
  };
}

/** What each subset measured, a column an experiment or group and moment. */
function subsetsTable({ sides, by }: ComparisonInput): Table {
  const shown = sides.flatMap((side) =>
    (['stage1', 'stage2'] as const)
      .filter((at) => Object.values(side.effects.subsets).some((subset) => subset[at]))
      .map((at) => ({ side, effects: side.effects, at })),
  );
  const subsets = TEST_SUBSETS.filter((name) => sides.some(({ effects }) => effects.subsets[name]));
  const cell = ({ effects, at }: (typeof shown)[number], name: (typeof subsets)[number]) =>
    intervalText(effects.subsets[name]?.[at] ?? null, effects.metric);
  const [{ effects }] = sides;
  return {
    id: 'subsets',
    title: 'Subsets',
    note: `Mean over seeds${isShare(effects.metric) ? ' in per cent' : ''} and 95 % interval.${groupNote(by)}`,
    columns: columns(
      ['Subset'],
      ['Name'],
      ...shown.map(({ side, at }): [string, boolean] => [
        `${sideTitle(side)}, ${MOMENT_TITLES[at].toLowerCase()}`,
        true,
      ]),
    ),
    rows: subsets.map((name) => [
      { notation: subsetInfo(name).notation },
      name,
      ...shown.map((each) => cell(each, name)),
    ]),
    records: shown.flatMap(({ side, effects, at }) =>
      subsets.flatMap((subset) => subsetRecord(side, subset, at, effects.subsets[subset]?.[at] ?? null)),
    ),
  };
}

function subsetRecord(
  side: ComparedSide,
  subset: string,
  at: Moment,
  interval: SubsetInterval | null,
): Table['records'] {
  if (!interval) return [];
  const { mean, low, high, n, interquartile_mean } = interval;
  return [{ ...recordOf(side), subset, when: MOMENTS[at], mean, low, high, seeds: n, interquartile_mean }];
}

/** Every seed's numbers: what intervals and tests are made of. */
function seedsTable({ sides, contrasts, by }: ComparisonInput): Table {
  const measured = sides.flatMap((side) =>
    contrasts.flatMap((contrast) => {
      const { metric } = side.effects;
      return pairsBetween(side.runs, contrast, metric).map((pair) => ({ side, contrast, metric, ...pair }));
    }),
  );
  const found = (side: ComparedSide, contrast: Contrast, seed: number) =>
    measured.find((each) => each.side === side && each.contrast === contrast && each.seed === seed);
  const seeds = [...new Set(measured.map(({ seed }) => seed))].sort((a, b) => a - b);
  const shown = sides.flatMap((side) =>
    contrasts
      .filter((contrast) => measured.some((each) => each.side === side && each.contrast === contrast))
      .map((contrast) => ({ side, contrast })),
  );
  const cell = (each: ReturnType<typeof found>) => (each ? signedAmount(aheadOf(each), each.metric) : '–');
  const [{ effects }] = sides;
  return {
    id: 'seeds',
    title: 'Every seed',
    note: `Effects of each seed in ${unitOf(effects.metric)}: these numbers enter intervals and tests.${groupNote(by)}`,
    columns: columns(
      ['Seed', true],
      ...shown.map(({ side, contrast }): [string, boolean] => [
        `${sideTitle(side)}, ${contrastTitle(contrast)}`,
        true,
      ]),
    ),
    rows: seeds.map((seed) => [
      String(seed),
      ...shown.map(({ side, contrast }) => cell(found(side, contrast, seed))),
    ]),
    records: measured.map(({ side, contrast, seed, ...pair }) => {
      const { id: effect, first, second } = contrast;
      const values = { first: pair.a, second: pair.b, difference: aheadOf(pair) };
      return {
        ...{ ...recordOf(side), seed, effect },
        ...{ first_subset: first, second_subset: second, metric: pair.metric, ...values },
      };
    }),
  };
}

/** How much better the first did, whichever way the metric points. */
function aheadOf({ a, b, metric }: { a: number; b: number; metric: MetricId }): number {
  return METRICS[metric].better === 'more' ? difference(a, b) : difference(b, a);
}
