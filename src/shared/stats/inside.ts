/** What analyses found over seeds: the seed is the unit, runs of one seed are averaged first. */
import type {
  AnalysisKind,
  CheckpointPlace,
  EntropyResult,
  GradientResult,
  MovesResult,
  PartResult,
  ProbeResult,
  PromptToken,
} from '../analysis.ts';
import { stageText, type StageId } from '../records.ts';
import { isSubsetName, SUBSET_NAMES, subsetTitle, type SubsetName } from '../subsets.ts';
import { mean } from './describe.ts';
import { meanInterval, type Interval, type Limits } from './interval.ts';

export interface ProbeSummary {
  kind: 'probes';
  classes: [string, string];
  template: string;
  why: string;
  at: CheckpointPlace;
  tokens: PromptToken[];
  layers: string[];
  /** Accuracy by layer and token. */
  cells: Interval[][];
  /** Of the place that the other seeds find best, in each seed: choosing gains nothing. Null for one seed. */
  best: Interval | null;
  /** Prompts of one seed. */
  prompts: number;
  /** What guessing gives, and where 95 % of guessers on so many prompts end up. */
  chance: { mean: number; low: number; high: number };
  seeds: number;
  /** Seeds whose prompts have another form or other tokens: they are on no common map. */
  left_out: number;
}

export interface GradientSummary {
  kind: 'gradients';
  points: {
    at: CheckpointPlace;
    subsets: Partial<Record<SubsetName, { cosine: Interval; distance: Interval; pairs: number }>>;
    /** Reliable minus unreliable tag within each seed, of the cosine. */
    differences: { first: SubsetName; second: SubsetName; cosine: Interval; distance: Interval }[];
    variance: Interval;
    mean_cosine: Interval;
  }[];
  seeds: number;
}

/** What is measured of a definition's gradient and those of its questions, as figures call it. */
export const ALIGNMENT = {
  cosine: { title: 'Cosine, a definition and its questions', unit: 'Cosine' },
  distance: { title: 'L2 distance, a definition and its questions', unit: 'Distance' },
} as const;

export interface EntropySummary {
  kind: 'entropy';
  at: CheckpointPlace;
  test: EntropyResult['test'];
  /** Middle of each bin, in nats per token; the last holds all above. */
  bins: number[];
  /** Mean over seeds, and the share of answers in each bin, each seed counting alike. */
  subsets: { subset: SubsetName; mean: Interval; shares: number[]; answers: number }[];
  seeds: number;
}

export interface MovesSummary {
  kind: 'moves';
  stages: StageId[];
  parts: { name: string; moves: { norm: Interval; share: Interval; cosine: Interval | null }[] }[];
  lens: {
    stage: StageId;
    subset: SubsetName;
    layers: { layer: string; rank: Interval; first: Interval }[];
  }[];
  seeds: number;
}

export type InsideSummary = ProbeSummary | GradientSummary | EntropySummary | MovesSummary;

/** The pairs that the paper compares. */
const TAG_PAIRS: readonly (readonly [SubsetName, SubsetName])[] = [
  ['qd1consis', 'qd2incons'],
  ['d1consis', 'd2consis'],
];

const SHARE: Limits = [0, 1];
const COSINE: Limits = [-1, 1];
const SIZE: Limits = [0, Infinity];
const BINS = 30;

/** Over the runs that are done; null where there are none. */
export function insideSummary(kind: AnalysisKind, results: readonly PartResult[]): InsideSummary | null {
  if (results.length === 0) return null;
  const of = <R>() => results.map(({ seed, result }) => ({ seed, result: result as R }));
  switch (kind) {
    case 'probes':
      return probeSummary(of<ProbeResult>());
    case 'gradients':
      return gradientSummary(of<GradientResult>());
    case 'entropy':
      return entropySummary(of<EntropyResult>());
    case 'moves':
      return movesSummary(of<MovesResult>());
  }
}

interface OfSeed<R> {
  seed: number;
  result: R;
}

/** The interval of a number over seeds; null where no seed has it. */
function over<R>(
  results: readonly OfSeed<R>[],
  value: (result: R) => number | null | undefined,
  limits: Limits,
): Interval | null {
  const bySeed = Map.groupBy(
    results.flatMap(({ seed, result }) => {
      const found = value(result);
      return found === null || found === undefined ? [] : [{ seed, found }];
    }),
    ({ seed }) => seed,
  );
  return meanInterval(
    [...bySeed.values()].map((runs) => mean(runs.map(({ found }) => found))),
    limits,
  );
}

const seedsIn = (results: readonly OfSeed<unknown>[]) => new Set(results.map(({ seed }) => seed)).size;

function probeSummary(results: readonly OfSeed<ProbeResult>[]): ProbeSummary {
  const alike = Map.groupBy(results, ({ result: { template, tokens, layers } }) =>
    JSON.stringify([template, tokens, layers]),
  );
  const group = [...alike.values()].toSorted((a, b) => b.length - a.length)[0];
  const { classes, template, why, at, tokens, layers } = group[0].result;
  const prompts = Math.round(mean(group.map(({ result }) => result.prompts)));
  const reach = 1.96 * Math.sqrt(0.25 / Math.max(1, prompts));
  return {
    ...{ kind: 'probes', classes, template, why, at, tokens, layers, prompts },
    cells: layers.map((_, layer) =>
      tokens.map((_, token) => over(group, ({ accuracy }) => accuracy[layer][token], SHARE)!),
    ),
    best: bestElsewhere(group),
    chance: { mean: 0.5, low: 0.5 - reach, high: 0.5 + reach },
    seeds: seedsIn(group),
    left_out: seedsIn(results) - seedsIn(group),
  };
}

/** The highest of many cells is high by chance too; one chosen by other seeds is not. */
function bestElsewhere(group: readonly OfSeed<ProbeResult>[]): Interval | null {
  if (seedsIn(group) < 2) return null;
  return over(
    group.map(({ seed, result }) => {
      const others = group.filter((each) => each.seed !== seed).map((each) => each.result.accuracy.flat());
      const means = others[0].map((_, cell) => mean(others.map((cells) => cells[cell])));
      return { seed, result: result.accuracy.flat()[means.indexOf(Math.max(...means))] };
    }),
    (accuracy) => accuracy,
    SHARE,
  );
}

function gradientSummary(results: readonly OfSeed<GradientResult>[]): GradientSummary {
  const key = ({ stage, epoch }: CheckpointPlace) => `${stage} ${epoch}`;
  const places = new Map(results.flatMap(({ result }) => result.points.map(({ at }) => [key(at), at])));
  const points = [...places].map(([name, at]) => {
    const found = results.flatMap(({ seed, result }) => {
      const point = result.points.find((each) => key(each.at) === name);
      return point ? [{ seed, result: point }] : [];
    });
    const subsets = SUBSET_NAMES.flatMap((subset) => {
      const cosine = over(found, (point) => point.subsets[subset]?.cosine, COSINE);
      const distance = over(found, (point) => point.subsets[subset]?.distance, SIZE);
      const pairs = Math.round(mean(found.map(({ result }) => result.subsets[subset]?.pairs ?? 0)));
      return cosine && distance ? [[subset, { cosine, distance, pairs }] as const] : [];
    });
    const differences = TAG_PAIRS.flatMap(([first, second]) => {
      const difference = (of: 'cosine' | 'distance') =>
        over(
          found,
          ({ subsets }) => {
            const [one, other] = [subsets[first]?.[of], subsets[second]?.[of]];
            return one === undefined || other === undefined ? null : one - other;
          },
          [-Infinity, Infinity],
        );
      const [cosine, distance] = [difference('cosine'), difference('distance')];
      return cosine && distance ? [{ first, second, cosine, distance }] : [];
    });
    return {
      at,
      subsets: Object.fromEntries(subsets),
      differences,
      variance: over(found, ({ variance }) => variance, SIZE)!,
      mean_cosine: over(found, ({ mean_cosine }) => mean_cosine, COSINE)!,
    };
  });
  return { kind: 'gradients', points, seeds: seedsIn(results) };
}

function entropySummary(results: readonly OfSeed<EntropyResult>[]): EntropySummary {
  const all = results.flatMap(({ result }) => Object.values(result.subsets).flat());
  // The last bin holds what lies above all but a hundredth.
  const sorted = all.toSorted((a, b) => a - b);
  const most = Math.max(1e-3, sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 0);
  const width = most / BINS;
  const bins = Array.from({ length: BINS }, (_, i) => (i + 0.5) * width);
  const named = SUBSET_NAMES.filter((subset) => results.some(({ result }) => result.subsets[subset]));
  return {
    kind: 'entropy',
    at: results[0].result.at,
    test: results[0].result.test,
    bins,
    subsets: named.map((subset) => {
      const own = results.filter(({ result }) => result.subsets[subset]);
      const shares = Array<number>(BINS).fill(0);
      for (const { result } of own)
        for (const value of result.subsets[subset]!)
          shares[Math.min(BINS - 1, Math.floor(value / width))] +=
            1 / result.subsets[subset]!.length / own.length;
      return {
        subset,
        mean: over(own, ({ subsets }) => mean(subsets[subset]!), SIZE)!,
        shares,
        answers: own.reduce((sum, { result }) => sum + result.subsets[subset]!.length, 0),
      };
    }),
    seeds: seedsIn(results),
  };
}

function movesSummary(results: readonly OfSeed<MovesResult>[]): MovesSummary {
  const { stages, parts, lens } = results[0].result;
  const moveOf = (result: MovesResult, part: number, stage: number) => result.parts[part]?.moves[stage];
  return {
    kind: 'moves',
    stages,
    parts: parts.map(({ name }, part) => ({
      name,
      moves: stages.map((_, stage) => ({
        norm: over(results, (each) => moveOf(each, part, stage)?.norm, SIZE)!,
        share: over(results, (each) => moveOf(each, part, stage)?.share, SIZE)!,
        cosine: over(results, (each) => moveOf(each, part, stage)?.cosine, COSINE),
      })),
    })),
    lens: lens.flatMap(({ stage, subsets }, at) =>
      SUBSET_NAMES.filter((subset) => subsets[subset]).map((subset) => ({
        stage,
        subset,
        layers: subsets[subset]!.map(({ layer }, i) => {
          const point = (each: MovesResult) => each.lens[at]?.subsets[subset]?.[i];
          return {
            layer,
            rank: over(results, (each) => point(each)?.rank, [1, Infinity])!,
            first: over(results, (each) => point(each)?.first, SHARE)!,
          };
        }),
      })),
    ),
    seeds: seedsIn(results),
  };
}

/** `stage 1, epoch 24`. */
export const placeText = ({ stage, epoch }: CheckpointPlace): string => `${stageText(stage)}, epoch ${epoch}`;

/** What probes tell apart, in words: subsets by their titles, other groups as they are called. */
export function classesText(classes: readonly string[]): string {
  return classes.map((name) => (isSubsetName(name) ? subsetTitle(name) : name)).join(' against ');
}

/** Names of TransformerLens as a reader wants them: `embedding`, `block 3`. */
export function layerText(name: string): string {
  const [, stack, block, where] = /^(.+)\.(\d+)\.hook_resid_(pre|post)$/.exec(name) ?? [];
  if (stack === undefined) return name;
  const of =
    stack === 'blocks'
      ? ''
      : `${stack.replace(/^encoder\.stages\.(\d+)\.layers$/, (_, n) => `stage ${Number(n) + 1}`)}, `;
  return where === 'pre' ? `${of}input` : `${of}block ${Number(block) + 1}`;
}
