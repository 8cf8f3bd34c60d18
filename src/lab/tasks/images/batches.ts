/** Batches of pictures of fixed shape. */
import { randomNumbers } from '#shared/random.ts';
import type { ByClass } from '../../datasets/digits/bank.ts';
import { batchRows, epochTurns, type EpochOptions } from '../epoch-order.ts';
import type { ImageData, ImageStage, Scene } from './data.ts';
import { drawScene } from './draw.ts';

export interface ImageBatch {
  /** `rows × height × width`, one channel, 0 to 1. */
  images: Float32Array;
  /** `rows × cells`. */
  labels: Int32Array;
  /** 1 where a cell counts: the marked one of a question, all of a definition; 0 elsewhere. */
  weights: Float32Array;
}

export interface ImageTestBatch extends ImageBatch {
  /** The test in each row; further rows are padding. */
  tests: number[];
}

type RandomNumber = ReturnType<typeof randomNumbers>;

/** A scene, and a number that tells its digits from those of other drawings. */
interface Drawing {
  scene: Scene;
  number: number;
}

/**
 * The batches of one epoch. Digits are drawn anew in each epoch and follow from seed, stage, epoch and example alone;
 * the last batch is filled with rows of weight 0.
 */
export function* epochBatches(
  data: ImageData,
  stage: ImageStage,
  options: EpochOptions,
): Generator<ImageBatch> {
  const random = randomNumbers(options.seed, 'digits', stage.id, options.epoch);
  const rows = batchRows(stage.examples, options);
  for (const turns of epochTurns(stage.examples, options)) {
    const drawings = turns.map(({ example, copy }) => ({ scene: stage.examples[example], number: copy }));
    yield pictures(data, drawings, rows, pickFrom(data.split.training, data, random));
  }
}

/** Rows of every evaluation batch; few tests get fewer than `batchSize`. */
export function testRows({ tests, testImages }: ImageData, batchSize: number): number {
  return Math.max(1, Math.min(batchSize, tests.length * testImages));
}

/** Every test, `testImages` pictures each, of held-out digits that are the same whenever they are drawn. */
export function* testBatches(data: ImageData, batchSize: number): Generator<ImageTestBatch> {
  const { tests, testImages } = data;
  const rows = testRows(data, batchSize);
  const pick = testPick(data);
  for (let start = 0; start < tests.length * testImages; start += rows) {
    const count = Math.min(rows, tests.length * testImages - start);
    const drawn = Array.from({ length: count }, (_, row) => start + row);
    const drawings = drawn.map((number) => ({ scene: tests[Math.floor(number / testImages)], number }));
    yield {
      ...pictures(data, drawings, rows, pick),
      tests: drawn.map((number) => Math.floor(number / testImages)),
    };
  }
}

/** The picture of a training example as an epoch draws it where `definition_repeats` is 1, 0 to 255. */
export function trainingPicture(data: ImageData, stage: ImageStage, example: number, epoch = 0): Uint8Array {
  const random = randomNumbers(data.seed, 'digits', stage.id, epoch);
  return picture(data, stage.examples[example], pickFrom(data.split.training, data, random), example);
}

/** A picture of a test, one of `testImages`, 0 to 255. */
export function testPicture(data: ImageData, test: number, which = 0): Uint8Array {
  return picture(data, data.tests[test], testPick(data), test * data.testImages + which);
}

/** Some scenes with held-out digits; the number of a scene tells its digits from those of others. */
export function scenePictures(
  data: ImageData,
  drawings: readonly { scene: Scene; number: number }[],
  rows: number,
): ImageBatch {
  return pictures(data, drawings, rows, testPick(data));
}

/** Digit of a cell of a drawing. */
type Pick = (number: number) => (label: number, cell: number) => number;

function pickFrom(part: ByClass, { shape }: ImageData, random: RandomNumber): Pick {
  const cells = shape.grid ** 2;
  return (number) => (label, cell) => part[label][random(number * cells + cell, part[label].length)];
}

/** The same digits for all epochs and stages, so that a curve shows the model alone. */
function testPick(data: ImageData): Pick {
  return pickFrom(data.split.evaluation, data, randomNumbers(data.seed, 'digits', 'evaluation'));
}

function picture(data: ImageData, scene: Scene, pick: Pick, number: number): Uint8Array {
  const pixels = new Uint8Array(data.shape.height * data.shape.width);
  drawScene(pixels, 0, { ...data, scene, alias: data.assignment.aliases[scene.alias] }, pick(number));
  return pixels;
}

function pictures(data: ImageData, drawings: readonly Drawing[], rows: number, pick: Pick): ImageBatch {
  const { shape, assignment } = data;
  const [size, cells] = [shape.height * shape.width, shape.grid ** 2];
  const pixels = new Uint8Array(rows * size);
  const labels = new Int32Array(rows * cells);
  const weights = new Float32Array(rows * cells);
  drawings.forEach(({ scene, number }, row) => {
    const alias = assignment.aliases[scene.alias];
    drawScene(pixels, row * size, { scene, alias, shape, art: data.art }, pick(number));
    labels.set(scene.labels, row * cells);
    if (scene.cell === null) weights.fill(1, row * cells, (row + 1) * cells);
    else weights[row * cells + scene.cell] = 1;
  });
  return { images: lightOf(pixels), labels, weights };
}

const LIGHT = Float32Array.from({ length: 256 }, (_, level) => level / 255);

function lightOf(pixels: Uint8Array): Float32Array {
  const light = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) light[i] = LIGHT[pixels[i]];
  return light;
}
