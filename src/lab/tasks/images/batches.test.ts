/** What is drawn: read from the pixels alone, the same again, and as people and other trainers are shown it. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SUBSETS } from '#shared/subsets.ts';
import { epochSize, stepsPerEpoch } from '../epoch-order.ts';
import {
  epochBatches,
  testBatches,
  trainingPicture,
  type ImageBatch,
  type ImageTestBatch,
} from './batches.ts';
import type { ImageData } from './data.ts';
import { cellStart } from './draw.ts';
import { imageSamples } from './samples.ts';
import { imageSplits } from './splits.ts';
import { ALL, bank, build } from '#test/made-images.ts';

const EPOCH = { batch_size: 32, definition_repeats: 1, seed: 1, stage: 'stage1', epoch: 0 } as const;

/** What is in a picture, read from its pixels alone. */
function read({ shape }: ImageData, light: ArrayLike<number>, at = 0) {
  const level = (x: number, y: number) =>
    Math.round(light[at + y * shape.width + x] * (light instanceof Float32Array ? 255 : 1));
  const cells = Array.from({ length: shape.grid ** 2 }, (_, cell) => {
    const start = cellStart(cell, shape);
    const [x, y] = [start % shape.width, Math.floor(start / shape.width)];
    const middle = level(x + Math.floor(shape.cell / 2), y + Math.floor(shape.cell / 2));
    const corners = [0, shape.cell - 1].flatMap((dx) =>
      [0, shape.cell - 1].map((dy) => level(x + dx, y + dy)),
    );
    return { digit: (middle - 1) / 2, marked: corners.every((corner) => corner === 255) };
  });
  const blocks = Array.from({ length: shape.columns * shape.rows }, (_, i) => {
    const [column, row] = [i % shape.columns, Math.floor(i / shape.columns)];
    const [x, y] = [column, row].map((place) => Math.floor((place + 0.5) * shape.block));
    return level(x, y) === 255 ? '1' : '0';
  });
  const marked = cells.flatMap(({ marked: is }, cell) => (is ? [cell] : []));
  return { digits: cells.map(({ digit }) => digit), marked, tag: blocks.join('') };
}

const classOf = (digit: number) => bank.labels[digit];

describe.each([
  { cell_size: 14, grid: 2 },
  { cell_size: 28, grid: 3 },
  { cell_size: 9, grid: 4 },
])('pictures of $grid × $grid cells of $cell_size pixels', (dataset) => {
  const data = build({ dataset, subsets: ALL });
  const cells = data.shape.grid ** 2;
  const size = data.shape.height * data.shape.width;

  it('show the digits of the alias, its tag or the mark, and nothing else; labels and weights follow', () => {
    const [stage] = data.stages;
    const seen = new Map<string, number>();
    for (const { images, labels, weights } of epochBatches(data, stage, EPOCH))
      for (let row = 0; row < EPOCH.batch_size; row++) {
        const asked = [...weights.subarray(row * cells, (row + 1) * cells)];
        if (asked.every((weight) => weight === 0)) continue;
        const { digits, marked, tag } = read(data, images, row * size);
        expect(digits.every((digit) => data.split.training[classOf(digit)].includes(digit))).toBe(true);
        const classes = digits.map(classOf);
        const alias = data.assignment.aliases.find((each) => each.digits.join() === classes.join())!;
        const letters = [...labels.subarray(row * cells, (row + 1) * cells)];
        if (marked.length === 0) {
          expect(tag).toBe(alias.tag);
          expect(letters).toEqual(data.assignment.aliases[alias.defines!].letters);
          expect(asked).toEqual(Array(cells).fill(1));
        } else {
          expect(tag).not.toContain('1');
          expect(marked).toHaveLength(1);
          expect(alias.heldOut).not.toContain(marked[0]);
          expect(asked.flatMap((weight, cell) => (weight ? [cell] : []))).toEqual(marked);
          expect(letters[marked[0]]).toBe(alias.letters[marked[0]]);
        }
        const key = `${alias.digits.join()} ${marked.join()}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
    expect([...seen.values()].every((count) => count === 1)).toBe(true);
    expect(seen.size).toBe(stage.examples.length);
  });

  it('tests show held-out digits and are the same whenever they are drawn', () => {
    const once = [...testBatches(data, 64)];
    expect(once.flatMap(({ tests }) => tests)).toEqual(data.tests.map((_, i) => i));
    for (const { images, tests, weights, labels } of once)
      tests.forEach((test, row) => {
        const { digits, marked, tag } = read(data, images, row * size);
        const { alias, cell, labels: right } = data.tests[test];
        expect(digits.map(classOf)).toEqual(data.assignment.aliases[alias].digits);
        expect(digits.every((digit) => data.split.evaluation[classOf(digit)].includes(digit))).toBe(true);
        expect(marked).toEqual(cell === null ? [] : [cell]);
        expect(tag).not.toContain('1');
        expect([...labels.subarray(row * cells, (row + 1) * cells)]).toEqual(right);
        expect(weights.subarray(row * cells, (row + 1) * cells).reduce((a, b) => a + b, 0)).toBe(
          cell === null ? cells : 1,
        );
      });
    const hashOf = (batches: Iterable<ImageTestBatch>) => {
      const hash = createHash('sha256');
      for (const { images, tests } of batches) hash.update(images.subarray(0, tests.length * size));
      return hash.digest('hex');
    };
    expect(hashOf(testBatches(data, 50))).toBe(hashOf(once));
  });
});

describe('drawing', () => {
  const data = build();
  const [stage] = data.stages;
  const rows = (options: object) => {
    const size = data.shape.height * data.shape.width;
    const pictures = [...epochBatches(data, stage, { ...EPOCH, ...options })].flatMap(
      ({ images, weights }: ImageBatch) =>
        Array.from({ length: images.length / size }, (_, row) => ({
          text: images.subarray(row * size, (row + 1) * size).join(),
          used: weights.subarray(row * 4, row * 4 + 4).some((weight) => weight > 0),
        })).filter(({ used }) => used),
    );
    return pictures.map(({ text }) => text);
  };

  it('is the same again, and for any batch size; other epochs, stages and seeds draw other digits', () => {
    const first = rows({});
    expect(rows({})).toEqual(first);
    expect(rows({ batch_size: 7 })).toEqual(first);
    for (const batch_size of [7, 32, 10_000]) {
      const batches = [...epochBatches(data, stage, { ...EPOCH, batch_size })];
      expect(batches).toHaveLength(stepsPerEpoch(stage.examples, { ...EPOCH, batch_size }));
      expect(new Set(batches.map(({ images }) => images.length)).size).toBe(1);
    }
    for (const other of [{ epoch: 1 }, { seed: 2 }]) {
      const drawn = rows(other);
      const shared = drawn.filter((text) => first.includes(text)).length;
      expect(drawn).toHaveLength(first.length);
      expect(shared / first.length).toBeLessThan(0.02);
    }
  });

  it('copies of a definition show digits of their own', () => {
    const repeated = rows({ definition_repeats: 5 });
    expect(repeated).toHaveLength(epochSize(stage.examples, { batch_size: 1, definition_repeats: 5 }));
    expect(new Set(repeated).size).toBeGreaterThan(0.98 * repeated.length);
  });

  it('the deterministic sampler keeps the order, not the digits', () => {
    const order = (epoch: number) =>
      [...epochBatches(data, stage, { ...EPOCH, epoch, sampler: 'deterministic' })].map(({ labels }) =>
        labels.join(),
      );
    expect(order(0)).toEqual(order(1));
    const shuffled = (epoch: number) =>
      [...epochBatches(data, stage, { ...EPOCH, epoch })].map(({ labels }) => labels.join());
    expect(shuffled(0)).not.toEqual(shuffled(1));
  });

  it('takes every training digit about as often', () => {
    const counts = new Map<number, number>();
    for (let epoch = 0; epoch < 20; epoch++)
      stage.examples.forEach((_, i) =>
        read(data, trainingPicture(data, stage, i, epoch)).digits.forEach((digit) =>
          counts.set(digit, (counts.get(digit) ?? 0) + 1),
        ),
      );
    const perClass = Array<number>(10).fill(0);
    stage.examples.forEach(({ alias }) =>
      data.assignment.aliases[alias].digits.forEach((label) => perClass[label]++),
    );
    for (const [digit, count] of counts) {
      const label = classOf(digit);
      const expected = (20 * perClass[label]) / data.split.training[label].length;
      expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
    expect(counts.size).toBe(data.split.training.reduce((sum, { length }) => sum + length, 0));
  });

  it('single pictures are those of the batches', () => {
    const singles = stage.examples.map((_, i) =>
      Float32Array.from(trainingPicture(data, stage, i), (v) => v / 255).join(),
    );
    expect(new Set(rows({}))).toEqual(new Set(singles));
  });
});

describe('for people and other trainers', () => {
  const data = build({ subsets: ALL, evaluation: { images: 2 } });

  it('samples say what is asked and what the answer is', () => {
    const samples = imageSamples(data, data.stages[0], 2);
    expect(samples).toHaveLength(2 * (5 + 6));
    for (const { caption, answer, marked, tag, pixels, kind, subset } of samples) {
      const shown = read(data, pixels);
      expect(caption).toContain(
        `Digits ${shown.digits
          .map(classOf)
          .join(' ')
          .replace(/^(.{3}) /, '$1 / ')}`,
      );
      expect(caption.endsWith(`: ${answer}`)).toBe(true);
      expect(answer).toMatch(kind === 'qa' ? /^[A-H]$/ : /^[A-H] [A-H] \/ [A-H] [A-H]$/);
      expect(tag).toBe(kind === 'qa' ? null : SUBSETS[subset].tag);
      expect(shown.marked).toEqual(marked ? [2 * marked.row + marked.column] : []);
    }
  });

  it('splits hold a row for each picture', () => {
    const splits = imageSplits(data);
    expect(splits.map(({ name }) => name).slice(0, 3)).toEqual([
      'stage1',
      'stage2',
      'test-questions-qd1consis',
    ]);
    for (const { count, rows, images } of splits)
      expect([[...rows].length, [...images].length]).toEqual([count, count]);
    const [row] = splits[0].rows;
    const [image] = splits[0].images;
    const { digits, tag } = read(data, image);
    expect(row).toMatchObject({ kind: 'definition', subset: 'qd1consis', tag, cell: null });
    expect(row.alias.replace(/[ /]/g, '')).toBe(digits.map(classOf).join(''));
  });
});
