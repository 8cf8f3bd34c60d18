/**
 * How often the intervals shown hold the truth, and how often the headline claims an effect that is not there:
 * made-up experiments go through the code that every table and sentence comes from.
 *
 *     node test/coverage.ts [repetitions]     prints the table of docs/statistics.md (a few minutes)
 */
import { pathToFileURL } from 'node:url';
import type { EvaluationRecord, MetricRecord, RunEvaluations } from '#shared/records.ts';
import { randomStream, type Random } from '#shared/random.ts';
import { effectsOf } from '#shared/stats/effects.ts';
import { findingSentence, stage1Sentence } from '#shared/stats/finding.ts';
import type { TestSubset } from '#shared/subsets.ts';

/** Exact match of two subsets in one seed. */
type Draw = (random: Random, effect: number) => [first: number, second: number];

/** Both conditions vary from seed to seed, as accuracies of trained models do. */
const normal: Draw = (random, effect) => [
  0.4 + effect + 0.03 * random.normal(),
  0.4 + 0.03 * random.normal(),
];

/** Exact match over so many questions, each answered right with the same chance. */
const binomial =
  (questions: number, chance: number): Draw =>
  (random, effect) => [
    hits(random, questions, chance + effect) / questions,
    hits(random, questions, chance) / questions,
  ];

/** The difference has skewness 1: a few seeds learn much more than the others (gamma of shape 4). */
const skewed: Draw = (random, effect) => [0.2 + effect + 0.02 * (gamma(random, 4) - 4), 0.2];

/** Skewness 2 (exponential): beyond what the interval promises, told in docs/statistics.md. */
const verySkewed: Draw = (random, effect) => [0.2 + effect + 0.04 * (gamma(random, 1) - 1), 0.2];

const KINDS = {
  normal,
  'exact match, 120 questions': binomial(120, 0.15),
  'exact match, 720 questions': binomial(720, 0.4),
  'skewed (skewness 1)': skewed,
  'very skewed (skewness 2)': verySkewed,
} satisfies Record<string, Draw>;

export type Kind = keyof typeof KINDS;

function hits(random: Random, questions: number, chance: number): number {
  let count = 0;
  for (let i = 0; i < questions; i++) if (random.float() < chance) count++;
  return count;
}

/** Gamma of an integer shape: a sum of exponentials. */
function gamma(random: Random, shape: number): number {
  let sum = 0;
  for (let i = 0; i < shape; i++) sum -= Math.log(1 - random.float());
  return sum;
}

/** The metrics of a seed: pairs of subsets that are compared in the paper, each drawn anew. */
function metricsOf(draw: () => [number, number], pairs: readonly [TestSubset, TestSubset][]): MetricRecord[] {
  return pairs.flatMap((subsets) => {
    const values = draw();
    return subsets.map((subset, i) => ({
      subset,
      test: 'questions' as const,
      exact_match: values[i],
      f1: null,
      loss: null,
      count: 100,
    }));
  });
}

const HEADLINE: [TestSubset, TestSubset][] = [['d1consis', 'd2consis']];
/** All that the seven comparisons of an experiment are made of. */
const EVERYTHING: [TestSubset, TestSubset][] = [
  ...HEADLINE,
  ['qd1consis', 'qd2incons'],
  ['d3consis', 'no_qd_baseline'],
  ['q', 'q_no_replacement_baseline'],
];

function experiment(draw: () => [number, number], n: number, pairs: readonly [TestSubset, TestSubset][]) {
  return Array.from({ length: n }, (_, seed): RunEvaluations => {
    const evaluation = (stage: 'stage1' | 'stage2', step: number): EvaluationRecord => ({
      ...{ run: seed, stage, epoch: 1, step },
      metrics: metricsOf(draw, pairs),
    });
    const run = { id: seed, seed, seed_stage2: null, stage1_epoch: null, state: 'done' };
    return {
      run: run as unknown as RunEvaluations['run'],
      evaluations: [evaluation('stage1', 1), evaluation('stage2', 2)],
    };
  });
}

const CLAIM = /^Models believed/;
const STAGE1_CLAIM = /^After stage 1, models answered/;

export interface Rates {
  /** Share of intervals of the headline's difference that hold the truth. */
  coverage: number;
  /** Share of intervals of `d1consis` itself that hold the truth. */
  subset: number;
  /** Share of headlines that claim an effect where there is none. */
  falseHeadlines: number;
}

const EFFECT = 0.05;

/** Simulates experiments of `n` seeds. */
export function ratesOf(kind: Kind, n: number, repetitions: number): Rates {
  const random = randomStream(0, 'coverage', kind, n);
  const counts = { coverage: 0, subset: 0, falseHeadlines: 0 };
  const truth = meanOf(kind);
  for (let i = 0; i < repetitions; i++) {
    const { effects, subsets } = effectsOf(experiment(() => KINDS[kind](random, EFFECT), n, HEADLINE));
    if (holds(effects.iml!, EFFECT)) counts.coverage++;
    if (holds(subsets.d1consis!.stage2!, truth + EFFECT)) counts.subset++;
    const nothing = effectsOf(experiment(() => KINDS[kind](random, 0), n, HEADLINE));
    if (CLAIM.test(findingSentence(nothing))) counts.falseHeadlines++;
  }
  return {
    coverage: counts.coverage / repetitions,
    subset: counts.subset / repetitions,
    falseHeadlines: counts.falseHeadlines / repetitions,
  };
}

/** Share of experiments without any effect on whose page some corrected comparison, or the second sentence, claims one. */
export function falsePages(kind: Kind, n: number, repetitions: number): number {
  const random = randomStream(0, 'pages', kind, n);
  let claimed = 0;
  for (let i = 0; i < repetitions; i++) {
    const effects = effectsOf(experiment(() => KINDS[kind](random, 0), n, EVERYTHING));
    const corrected = effects.comparisons.some(({ p_holm }) => p_holm !== null && p_holm < 0.05);
    if (corrected || STAGE1_CLAIM.test(stage1Sentence(effects) ?? '')) claimed++;
  }
  return claimed / repetitions;
}

function meanOf(kind: Kind): number {
  if (kind === 'exact match, 120 questions') return 0.15;
  return kind.includes('skew') ? 0.2 : 0.4;
}

/** An interval that is not told cannot be wrong, and cannot hold anything either. */
function holds({ low, high }: { low: number | null; high: number | null }, truth: number): boolean {
  return low !== null && high !== null && low <= truth && truth <= high;
}

function printTable(repetitions: number): void {
  const sizes = [3, 5, 6, 10, 20, 50];
  const row = (name: string, cells: string[]) =>
    process.stdout.write(`| ${[name, ...cells].join(' | ')} |\n`);
  row(
    '',
    sizes.map((n) => `n = ${n}`),
  );
  row(
    '---',
    sizes.map(() => '---'),
  );
  const percent = (share: number) => (100 * share).toFixed(1);
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const rates = sizes.map((n) => ratesOf(kind, n, repetitions));
    row(
      `difference covered, ${kind}`,
      rates.map(({ coverage }) => percent(coverage)),
    );
    row(
      `subset mean covered, ${kind}`,
      rates.map(({ subset }) => percent(subset)),
    );
    row(
      `false headlines, ${kind}`,
      rates.map(({ falseHeadlines }) => percent(falseHeadlines)),
    );
  }
  row(
    'any false corrected claim on a page, normal',
    sizes.map((n) => percent(falsePages('normal', n, repetitions))),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  printTable(Number(process.argv[2] ?? 2000));
