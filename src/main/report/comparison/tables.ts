/** The tables of a comparison, as they are read and as numbers for other programs. */
import type { ComparisonTable } from '#shared/api/system.ts';
import { safeCell } from '#shared/plain-text.ts';
import { isShare, METRICS, type MetricId } from '#shared/metrics.ts';
import { difference } from '#shared/stats/describe.ts';
import { amount, amountInterval, signedAmount, unitOf } from '#shared/stats/amount.ts';
import type { EffectComparison } from '#shared/stats/compare.ts';
import { contrastTitle, type Contrast } from '#shared/stats/contrast.ts';
import { MOMENTS, MOMENT_TITLES } from '#shared/stats/effect-names.ts';
import { pairsBetween, type Moment } from '#shared/stats/effects.ts';
import { pText } from '#shared/stats/finding.ts';
import type { Interval } from '#shared/stats/interval.ts';
import { TEST_SUBSETS, subsetInfo } from '#shared/subsets.ts';
import type { ComparedExperiment, ComparisonInput } from './input.ts';

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
function comparisonsTable({ compared, comparisons }: ComparisonInput): Table {
  const nameOf = (id: number) => compared.find(({ experiment }) => experiment.id === id)!.experiment.name;
  const [{ effects }] = compared;
  return {
    id: 'comparisons',
    title: 'Effects compared',
    note: `Differences of effects in ${unitOf(effects.metric)}, each experiment against the baseline ${naming(compared[0])}, with Student’s or Welch’s 95 % interval; p two-sided, corrected for all rows (Holm), and of the permutation test (mid-p); Hedges’ g with its 95 % interval; probability of improvement.`,
    columns: columns(
      ...([['Effect'], ['Experiment'], ['Difference', true], ['95 % interval', true]] as [
        string,
        boolean?,
      ][]),
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
    rows: comparisons.map((each) => comparisonRow(each, nameOf(each.second), effects.metric)),
    records: comparisons.map((each) => comparisonRecord(each, nameOf)),
  };
}

const naming = ({ experiment: { id, name } }: ComparedExperiment) => `“${name}” (${id})`;

function comparisonRow(each: EffectComparison, name: string, metric: MetricId): Cell[] {
  const { title, second, difference, corrected, effect_size: size, paired } = each;
  return [
    ...[title, `${name} (${second})`],
    ...[signedAmount(difference.mean, metric), amountInterval(difference, metric)],
    ...[pText(difference.p), pText(corrected.p), pText(difference.p_permutation_mid)],
    ...(size ? [twoDigits(size.g), `${twoDigits(size.low)} to ${twoDigits(size.high)}`] : ['–', '–']),
    difference.probability_of_improvement.toFixed(2),
    'n' in difference ? String(difference.n) : `${difference.n_second}, ${difference.n_first}`,
    paired ? 'paired t' : 'Welch',
  ];
}

const twoDigits = (value: number) => value.toFixed(2).replace('-', '−');

function comparisonRecord(each: EffectComparison, nameOf: (id: number) => string): Table['records'][number] {
  const { effect, first, second, paired, difference: d, corrected, effect_size: size, equivalence } = each;
  return {
    ...{ effect, first, first_name: safeCell(nameOf(first)), second, second_name: safeCell(nameOf(second)) },
    ...{ test: paired ? 'paired' : 'welch', n_first: 'n' in d ? d.n : d.n_first },
    ...{ n_second: 'n' in d ? d.n : d.n_second, difference: d.mean, low: d.low, high: d.high },
    ...{ t: d.t, df: d.df, p: d.p, p_holm: corrected.p, p_permutation: d.p_permutation },
    ...{ p_permutation_mid: d.p_permutation_mid, g: size?.g ?? null, g_low: size?.low ?? null },
    ...{ g_high: size?.high ?? null, probability_of_improvement: d.probability_of_improvement },
    ...{ margin: equivalence?.margin ?? null, p_equivalence: equivalence?.p ?? null },
  };
}

/** What each subset measured, a column an experiment and moment. */
function subsetsTable({ compared }: ComparisonInput): Table {
  const shown = compared.flatMap((each) =>
    (['stage1', 'stage2'] as const)
      .filter((at) => Object.values(each.effects.subsets).some((subset) => subset[at]))
      .map((at) => ({ ...each, at })),
  );
  const subsets = TEST_SUBSETS.filter((name) => compared.some(({ effects }) => effects.subsets[name]));
  const cell = ({ effects, at }: (typeof shown)[number], name: (typeof subsets)[number]) =>
    intervalText(effects.subsets[name]?.[at] ?? null, effects.metric);
  const [{ effects }] = compared;
  return {
    id: 'subsets',
    title: 'Subsets',
    note: `Mean over seeds${isShare(effects.metric) ? ' in per cent' : ''} and 95 % interval.`,
    columns: columns(
      ['Subset'],
      ['Name'],
      ...shown.map(({ experiment, at }): [string, boolean] => [
        `${experiment.name} (${experiment.id}), ${MOMENT_TITLES[at].toLowerCase()}`,
        true,
      ]),
    ),
    rows: subsets.map((name) => [
      { notation: subsetInfo(name).notation },
      name,
      ...shown.map((each) => cell(each, name)),
    ]),
    records: shown.flatMap(({ experiment, effects, at }) =>
      subsets.flatMap((subset) =>
        subsetRecord(experiment, subset, at, effects.subsets[subset]?.[at] ?? null),
      ),
    ),
  };
}

function subsetRecord(
  { id, name }: ComparedExperiment['experiment'],
  subset: string,
  at: Moment,
  interval: Interval | null,
): Table['records'] {
  if (!interval) return [];
  const { mean, low, high, n } = interval;
  return [{ experiment: id, name: safeCell(name), subset, when: MOMENTS[at], mean, low, high, seeds: n }];
}

function intervalText(interval: Interval | null, metric: MetricId): string {
  if (!interval) return '–';
  const range = interval.low === null ? '' : ` (${amountInterval(interval, metric)})`;
  return `${amount(interval.mean, metric)}${range}`;
}

/** Every seed's numbers: what intervals and tests are made of. */
function seedsTable({ compared, contrasts }: ComparisonInput): Table {
  const measured = compared.flatMap(({ experiment, runs, effects: { metric } }) =>
    contrasts.flatMap((contrast) =>
      pairsBetween(runs, contrast, metric).map((pair) => ({ experiment, contrast, metric, ...pair })),
    ),
  );
  const found = (id: number, contrast: Contrast, seed: number) =>
    measured.find((each) => each.experiment.id === id && each.contrast === contrast && each.seed === seed);
  const seeds = [...new Set(measured.map(({ seed }) => seed))].sort((a, b) => a - b);
  const shown = compared.flatMap(({ experiment }) =>
    contrasts
      .filter((contrast) =>
        measured.some((each) => each.experiment === experiment && each.contrast === contrast),
      )
      .map((contrast) => ({ experiment, contrast })),
  );
  const cell = (each: ReturnType<typeof found>) => (each ? signedAmount(aheadOf(each), each.metric) : '–');
  const [{ effects }] = compared;
  return {
    id: 'seeds',
    title: 'Every seed',
    note: `Effects of each seed in ${unitOf(effects.metric)}: these numbers enter intervals and tests.`,
    columns: columns(
      ['Seed', true],
      ...shown.map(({ experiment: { id, name }, contrast }): [string, boolean] => [
        `${name} (${id}), ${contrastTitle(contrast)}`,
        true,
      ]),
    ),
    rows: seeds.map((seed) => [
      String(seed),
      ...shown.map(({ experiment: { id }, contrast }) => cell(found(id, contrast, seed))),
    ]),
    records: measured.map(({ experiment: { id, name }, contrast, seed, ...pair }) => {
      const { id: effect, first, second } = contrast;
      const values = { first: pair.a, second: pair.b, difference: aheadOf(pair) };
      return {
        ...{ experiment: id, name: safeCell(name), seed, effect },
        ...{ first_subset: first, second_subset: second, metric: pair.metric, ...values },
      };
    }),
  };
}

/** How much better the first did, whichever way the metric points. */
function aheadOf({ a, b, metric }: { a: number; b: number; metric: MetricId }): number {
  return METRICS[metric].better === 'more' ? difference(a, b) : difference(b, a);
}
