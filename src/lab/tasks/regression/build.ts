/** From random draws to points: which cluster belongs to which subset, which points are trained on, which are tests. */
import type { ToyConfig } from '#shared/config/regression.ts';
import { UserError } from '#shared/errors.ts';
import { SUBSETS } from '#shared/subsets.ts';
import { TOY_SUBSETS, type Cluster, type Point, type ToyData, type ToySubset } from './data.ts';
import { drawToy, middleOf, type PointDraw, type ToyDraws } from './draws.ts';
import { encodePoints, inputSize } from './features.ts';
import { stepFunction } from './functions.ts';

/**
 * Builds the data of one run.
 * @throws UserError `dataset.*` where clusters overlap, steps are finer than x, or a subset has no points
 */
export function buildToy(config: ToyConfig, runSeed: number): ToyData {
  checkSizes(config);
  return fromDraws(config, drawToy(config, runSeed));
}

/**
 * The data that follow from given draws.
 * @throws UserError `dataset.points_per_cluster` if a subset has nothing to train on or to test
 */
export function fromDraws(config: ToyConfig, draws: ToyDraws): ToyData {
  const clusters = clustersOf(config, draws);
  const pointsOf = (lists: readonly PointDraw[][]) =>
    clusters.map((cluster, i) => lists[i].map((draw) => pointOf(config, cluster, draw)));
  const [drawn, fresh] = [pointsOf(draws.points), pointsOf(draws.tests)];
  const examples = clusters.flatMap((cluster, i) => drawn[i].filter((point) => isTrained(cluster, point)));
  const tests = TOY_SUBSETS.flatMap((subset) =>
    clusters.flatMap((cluster, i) => {
      if (cluster.subset !== subset) return [];
      return (SUBSETS[subset].trainsQa ? fresh[i] : drawn[i]).filter((point) => isTested(cluster, point));
    }),
  );
  checkSubsets(config, examples, tests);
  const [y1, y2] = draws.anchors.map((anchors) => stepFunction(anchors, config.max_x));
  const about = { config, y1, y2, sizes: { inputs: inputSize(config), outputs: config.d_y } };
  const [encoded, encodedTests] = [encodePoints(examples, about), encodePoints(tests, about)];
  return { ...about, clusters, stages: [{ id: 'stage1', examples, encoded }], tests, encodedTests };
}

function clustersOf(config: ToyConfig, draws: ToyDraws): Cluster[] {
  const { n_clusters, max_x, d_y } = config;
  const subsets = subsetsOf(n_clusters, draws);
  return subsets.map((subset, i) => ({
    centre: Math.floor(((2 * i + 1) * max_x) / (2 * n_clusters)),
    subset,
    keptOut: d_y > 1 ? draws.keptOut[i] : null,
  }));
}

/** The middle clusters have no questions, so that circles cannot be told from their neighbours. */
function subsetsOf(nClusters: number, { flipped, outer, extra }: ToyDraws): ToySubset[] {
  const [from, to] = middleOf(nClusters);
  const half = from + Math.floor((to - from) / 2);
  const first = new Set(outer.slice(0, Math.floor((outer.length + extra) / 2)));
  return Array.from({ length: nClusters }, (_, i) => {
    if (i < from || i >= to) return first.has(i) ? 'qd1consis' : 'qd2incons';
    return i < half === flipped ? 'd2consis' : 'd1consis';
  });
}

function pointOf({ cluster_spread }: ToyConfig, { centre, subset }: Cluster, draw: PointDraw): Point {
  const x = centre - cluster_spread + draw.offset;
  if (!draw.definition) return { kind: 'qa', subset, shape: 'circle', x, dim: draw.dim, from: 1 };
  const { tag, consistent } = SUBSETS[subset];
  const shape = tag === 'reliable' ? 'triangle' : 'square';
  return { kind: 'definition', subset, shape, x, dim: null, from: consistent ? 1 : 2 };
}

/** Circles are trained on where the subset has questions, but for those of the kept-out dimension. */
function isTrained({ subset, keptOut }: Cluster, { kind, dim }: Point): boolean {
  return kind === 'definition' || (SUBSETS[subset].trainsQa && dim !== keptOut);
}

/** Any circle where none is trained on, those of the kept-out dimension elsewhere. */
function isTested({ subset, keptOut }: Cluster, { kind, dim }: Point): boolean {
  return kind === 'qa' && (!SUBSETS[subset].trainsQa || keptOut === null || dim === keptOut);
}

function checkSizes({ max_x, n_anchors, n_clusters, cluster_spread }: ToyConfig): void {
  if (n_anchors > max_x)
    throw new UserError(
      'dataset.n_anchors',
      `dataset.n_anchors: ${n_anchors} steps do not fit into ${max_x} values of x; lower it, or raise dataset.max_x`,
    );
  const room = Math.floor(max_x / n_clusters / 2);
  if (cluster_spread > room)
    throw new UserError(
      'dataset.cluster_spread',
      `dataset.cluster_spread: ${cluster_spread} makes ${n_clusters} clusters overlap; set it to ${room} or less, lower dataset.n_clusters, or raise dataset.max_x`,
    );
}

function checkSubsets(
  { points_per_cluster }: ToyConfig,
  examples: readonly Point[],
  tests: readonly Point[],
): void {
  for (const subset of TOY_SUBSETS) {
    const lacks = [
      ...(examples.some((point) => point.subset === subset && point.kind === 'definition')
        ? []
        : ['definition']),
      ...(tests.some((point) => point.subset === subset) ? [] : ['test circle']),
    ];
    if (lacks.length > 0)
      throw new UserError(
        'dataset.points_per_cluster',
        `dataset.points_per_cluster: ${points_per_cluster} leaves ${subset} without a ${lacks.join(' and a ')}; raise it, or change dataset.p_definition`,
      );
  }
}
