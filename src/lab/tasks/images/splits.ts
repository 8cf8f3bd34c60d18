/** The data of a run split by split, for other trainers: rows, and the pictures that belong to them. */
import type { StageId } from '#shared/records.ts';
import type { SubsetName, TestSubset } from '#shared/subsets.ts';
import { testPicture, trainingPicture } from './batches.ts';
import type { ImageData, ImageTestName, Scene } from './data.ts';
import { answerOf, letterOf, rowsOf } from './samples.ts';

/** What a picture shows; picture `i` of a split belongs to row `i`. */
interface Row {
  /** Digit classes of the grid, `7 3 / 0 2`. */
  alias: string;
  /** Letters of the grid, as the answer would have them all. */
  entity: string;
  /** The tag's blocks, `0` dark and `1` bright, row after row; null where none is drawn. */
  tag: string | null;
  /** The marked cell, counted from 0 row after row; null where all cells are asked for. */
  cell: number | null;
  answer: string;
}

/** What another trainer is given of a stage or of a test about a subset. */
export type ImageSplit = {
  name: string;
  /** Rows, and pictures. */
  count: number;
  rows: Iterable<Row & { kind?: string; subset?: SubsetName }>;
  /** `height × width` bytes each. */
  images: Iterable<Uint8Array>;
} & ({ stage: StageId } | { test: ImageTestName; subset: TestSubset });

/**
 * Every split: the examples of each stage with the digits of its first epoch (later epochs draw others), then each
 * test of each subset with the pictures that it is asked with. Made as they are asked for.
 */
export function imageSplits(data: ImageData): ImageSplit[] {
  const row = (scene: Scene) => rowOf(data, scene);
  const stages = data.stages.map((stage): ImageSplit => {
    const { id, examples } = stage;
    return {
      name: id,
      stage: id,
      count: examples.length,
      rows: each(examples, (scene) => ({ ...row(scene), kind: scene.kind, subset: scene.subset })),
      images: each(examples, (_, i) => trainingPicture(data, stage, i)),
    };
  });
  return [...stages, ...testSplits(data)];
}

function testSplits(data: ImageData): ImageSplit[] {
  const groups = new Map<string, number[]>();
  data.tests.forEach(({ test, subset }, i) => {
    const key = `test-${test}-${subset}`;
    const copies = Array.from({ length: data.testImages }, (_, which) => i * data.testImages + which);
    const group = groups.get(key);
    if (group) group.push(...copies);
    else groups.set(key, copies);
  });
  return [...groups].map(([name, numbers]): ImageSplit => {
    const testOf = (number: number) => Math.floor(number / data.testImages);
    const { test, subset } = data.tests[testOf(numbers[0])];
    return {
      name,
      test,
      subset,
      count: numbers.length,
      rows: each(numbers, (number) => rowOf(data, data.tests[testOf(number)])),
      images: each(numbers, (number) => testPicture(data, testOf(number), number % data.testImages)),
    };
  });
}

function rowOf({ assignment, shape }: ImageData, scene: Scene): Row {
  return {
    alias: rowsOf(assignment.aliases[scene.alias].digits, shape.grid, String),
    entity: rowsOf(scene.labels, shape.grid, letterOf),
    tag: scene.tag,
    cell: scene.cell,
    answer: answerOf(scene, shape.grid),
  };
}

/** Each time it is gone through, everything is made anew. */
function each<T, R>(items: readonly T[], make: (item: T, i: number) => R): Iterable<R> {
  return {
    *[Symbol.iterator]() {
      for (const [i, item] of items.entries()) yield make(item, i);
    },
  };
}

/** A `.npy` file of unsigned bytes, piece by piece. @param shape sizes, the slowest first */
export function* npyFile(shape: readonly number[], pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield npyHeader(shape);
  yield* pieces;
}

/**
 * What begins a `.npy` file (NumPy's format 1.0) of unsigned bytes; the bytes of all pictures follow.
 * @param shape sizes, the slowest first
 */
export function npyHeader(shape: readonly number[]): Buffer {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  // The data begin at a multiple of 64 bytes, ten of which are the magic text, the version and the length.
  const padded = `${text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY'),
    Buffer.from([1, 0]),
    length,
    Buffer.from(padded),
  ]);
}
