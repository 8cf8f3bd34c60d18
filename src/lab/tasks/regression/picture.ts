/** The data of one output dimension as a picture shows them. */
import type { Point, Shape, ToyData, ToySubset } from './data.ts';
import { valueOf } from './features.ts';
import { stepStarts } from './functions.ts';

interface PlacedPoint {
  x: number;
  y: number;
  subset: ToySubset;
  shape: Shape;
}

export interface ToyPicture {
  dim: number;
  /** Where the steps of both functions begin; the last one is a single point. */
  starts: number[];
  y1: number[];
  y2: number[];
  /** Points that show this dimension. */
  training: PlacedPoint[];
  /** Test circles that show it, with their place among all tests, by which their predictions are found. */
  tests: (PlacedPoint & { test: number })[];
}

/**
 * Both functions, the training points and the test points of one dimension.
 * @param dim from 0 to below `d_y`
 */
export function toyPicture(data: ToyData, dim: number): ToyPicture {
  const { y1, y2, stages, tests } = data;
  const shows = (point: Point) => point.dim === null || point.dim === dim;
  const placed = (point: Point): PlacedPoint => {
    return { x: point.x, y: valueOf(data, point, dim), subset: point.subset, shape: point.shape };
  };
  return {
    dim,
    starts: stepStarts(y1),
    y1: [...y1.steps[dim]],
    y2: [...y2.steps[dim]],
    training: stages.flatMap(({ examples }) => examples.filter(shows).map(placed)),
    tests: tests.flatMap((point, test) => (shows(point) ? [{ ...placed(point), test }] : [])),
  };
}
