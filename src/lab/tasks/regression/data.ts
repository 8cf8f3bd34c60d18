/** What the toy regression trains and tests on. */
import type { ToyConfig } from '#shared/config/regression.ts';
import type { StageId } from '#shared/records.ts';
import type { StepFunction } from './functions.ts';

/** The subsets that the toy regression has; the middle clusters are those of `d1consis` and `d2consis`. */
export const TOY_SUBSETS = ['qd1consis', 'qd2incons', 'd1consis', 'd2consis'] as const;
export type ToySubset = (typeof TOY_SUBSETS)[number];

/** Circles are questions with their answer, triangles carry tag 1, squares tag 2. */
export const SHAPES = ['circle', 'triangle', 'square'] as const;
export type Shape = (typeof SHAPES)[number];

export interface Point {
  kind: 'qa' | 'definition';
  subset: ToySubset;
  shape: Shape;
  x: number;
  /** The dimension that is shown; null for all. */
  dim: number | null;
  /** Which function gives y: 1 (true) or 2. */
  from: 1 | 2;
}

/** Centre of a cluster, and whose it is. */
export interface Cluster {
  centre: number;
  subset: ToySubset;
  /** The dimension that its circles show in the test alone; null where there is only one. */
  keptOut: number | null;
}

/** What the network reads and is to answer for each of a list of points, end to end. */
export interface EncodedPoints {
  inputs: Float32Array;
  targets: Float32Array;
}

export interface ToyStage {
  id: StageId;
  examples: Point[];
  encoded: EncodedPoints;
}

export interface ToyData {
  config: ToyConfig;
  y1: StepFunction;
  y2: StepFunction;
  /** In the order of x. */
  clusters: Cluster[];
  /** One stage: everything is learnt at once. */
  stages: ToyStage[];
  /** Circles, subset by subset. */
  tests: Point[];
  encodedTests: EncodedPoints;
  sizes: { inputs: number; outputs: number };
}
