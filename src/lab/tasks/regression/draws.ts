/** Everything that is random about a toy data set; what follows from it is in `build.ts`. */
import type { ToyConfig } from '#shared/config/regression.ts';
import { randomStream, type Random } from '#shared/random.ts';

export interface PointDraw {
  /** From the lower end of the cluster, in `[0, 2 × cluster_spread)`. */
  offset: number;
  definition: boolean;
  /** The dimension that a circle shows. */
  dim: number;
}

export interface ToyDraws {
  /** Anchors of the two functions, uniform in `[0, 1)`, dimension by dimension. */
  anchors: [number[][], number[][]];
  /** Whether `d1consis` takes the upper half of the middle clusters. */
  flipped: boolean;
  /** The other clusters in random order; the first half is `qd1consis`. */
  outer: number[];
  /** Which of the two outer subsets gets the cluster that is left over: 1 for `qd1consis`. */
  extra: 0 | 1;
  /** Of each cluster the dimension that its circles show in the test alone. */
  keptOut: number[];
  /** Of each cluster the points of training, and those that circles of a new test are taken from. */
  points: PointDraw[][];
  tests: PointDraw[][];
}

/** First and last of the middle 30 % of the clusters (the last one is not in it). */
export function middleOf(nClusters: number): [number, number] {
  return [Math.floor((nClusters * 35) / 100), Math.floor((nClusters * 65) / 100)];
}

/** Draws a data set; each part has random streams of its own. */
export function drawToy(config: ToyConfig, runSeed: number): ToyDraws {
  const { d_y, n_anchors, n_clusters } = config;
  const seed = config.seed ?? runSeed;
  const stream = (...labels: (string | number)[]) => randomStream(seed, 'toy', ...labels);
  const [from, to] = middleOf(n_clusters);
  const clusters = Array.from({ length: n_clusters }, (_, i) => i);
  const functionOf = (name: string) =>
    Array.from({ length: d_y }, (_, dim) => drawAnchors(n_anchors, stream(name, dim)));
  const kept = stream('kept-out');
  const split = stream('split');
  return {
    anchors: [functionOf('y1'), functionOf('y2')],
    flipped: split.int(2) === 1,
    outer: split.shuffle(clusters.filter((i) => i < from || i >= to)),
    extra: split.int(2) as 0 | 1,
    keptOut: clusters.map(() => kept.int(d_y)),
    points: clusters.map((cluster) => drawPoints(config, stream('points', cluster))),
    tests: clusters.map((cluster) => drawPoints(config, stream('tests', cluster))),
  };
}

function drawAnchors(count: number, random: Random): number[] {
  return Array.from({ length: count }, () => random.float());
}

function drawPoints(config: ToyConfig, random: Random): PointDraw[] {
  return Array.from({ length: config.points_per_cluster }, () => ({
    offset: random.int(2 * config.cluster_spread),
    definition: random.float() < config.p_definition,
    dim: random.int(config.d_y),
  }));
}
