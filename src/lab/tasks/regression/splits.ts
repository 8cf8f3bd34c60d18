/** The data of a run split by split, as rows for other trainers. */
import type { StageId } from '#shared/records.ts';
import { encodePoints } from './features.ts';
import { TOY_SUBSETS, type Point, type Shape, type ToyData, type ToySubset } from './data.ts';

interface Row {
  subset: ToySubset;
  shape: Shape;
  x: number;
  /** The dimension shown; null for all. */
  dim: number | null;
  inputs: number[];
  /** 0 in dimensions that are not shown. */
  targets: number[];
}

export type ToySplit = { name: string; rows: Iterable<Row> } & (
  { stage: StageId } | { test: 'questions'; subset: ToySubset }
);

/** Every split: the points of the stage, then the test circles of each subset. Rows are made as they are asked for. */
export function toySplits(data: ToyData): ToySplit[] {
  const { stages, tests } = data;
  return [
    ...stages.map(({ id, examples }): ToySplit => {
      return { name: id, stage: id, rows: rowsOf(data, examples) };
    }),
    ...TOY_SUBSETS.map((subset): ToySplit => {
      const asked = tests.filter((point) => point.subset === subset);
      return {
        name: `test-questions-${subset}`,
        test: 'questions',
        subset,
        rows: rowsOf(data, asked),
      };
    }),
  ];
}

function rowsOf(data: ToyData, points: readonly Point[]): Iterable<Row> {
  return {
    *[Symbol.iterator]() {
      for (const point of points) yield rowOf(data, point);
    },
  };
}

function rowOf(data: ToyData, point: Point): Row {
  const { inputs, targets } = encodePoints([point], data);
  const { subset, shape, x, dim } = point;
  return { subset, shape, x, dim, inputs: [...inputs], targets: [...targets] };
}
