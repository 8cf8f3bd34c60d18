import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { imageEvaluation, imageSubsets, imageTags, mnistDataset } from '#shared/config/images.ts';
import { UserError } from '#shared/errors.ts';
import { SUBSET_NAMES, SUBSETS } from '#shared/subsets.ts';
import { DIGIT_PIXELS, type DigitBank } from '../../datasets/digits/bank.ts';
import { epochSize, stepsPerEpoch } from '../epoch-order.ts';
import {
  epochBatches,
  testBatches,
  testPicture,
  trainingPicture,
  type ImageBatch,
  type ImageTestBatch,
} from './batches.ts';
import { buildImages } from './build.ts';
import type { ImageData, ImagesConfig, ImageStage } from './data.ts';
import { cellStart } from './draw.ts';
import { imagesBeforeStage2Hash, imagesHash } from './hash.ts';
import { distanceOf } from './patterns.ts';
import { imageSamples } from './samples.ts';
import { createScorer } from './score.ts';
import { imageSplits } from './splits.ts';

/** Every digit has one shade of its own, so that a picture tells which digits are in it. */
const COPIES = 12;
const bank: DigitBank = {
  pixels: Uint8Array.from(
    { length: 10 * COPIES * DIGIT_PIXELS },
    (_, i) => 1 + 2 * Math.floor(i / DIGIT_PIXELS),
  ),
  labels: Uint8Array.from({ length: 10 * COPIES }, (_, i) => Math.floor(i / COPIES)),
  trained: null,
  source: { value: 'package', why: 'made up' },
};

interface Changes {
  dataset?: object;
  tags?: object;
  subsets?: object;
  evaluation?: object;
  pipeline?: ImagesConfig['training']['pipeline'];
}

function configOf({
  dataset,
  tags,
  subsets,
  evaluation,
  pipeline = 'two-stage',
}: Changes = {}): ImagesConfig {
  return {
    dataset: mnistDataset.parse({ kind: 'mnist', n_aliases: 200, ...dataset }),
    tags: imageTags.parse({ columns: 7, rows: 2, distance: 4, ...tags }),
    subsets: imageSubsets.parse({ ...subsets }),
    evaluation: imageEvaluation.parse({ ...evaluation }),
    training: { pipeline },
  };
}

const build = (changes: Changes = {}, seed = 1): ImageData => buildImages(configOf(changes), bank, seed);

/** Every subset has aliases. */
const ALL = {
  fractions: {
    ...{ qd1consis: 0.1, qd2incons: 0.1, q: 0.1, qd1incons: 0.1, qd2consis: 0.1, qd4consis: 0.1 },
    ...{ d1consis: 0.1, d2consis: 0.1, d3consis: 0.1, no_qd_baseline: 0.1 },
  },
};

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

/** Which examples a stage trains on, by their words. */
function contents({ examples }: ImageStage) {
  const counts: Record<string, number> = {};
  for (const { kind, subset } of examples)
    counts[`${kind} ${subset}`] = (counts[`${kind} ${subset}`] ?? 0) + 1;
  return counts;
}

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

describe('who is assigned what', () => {
  const data = build({ subsets: ALL });
  const { aliases, subsets, tags } = data.assignment;

  it('aliases and entities are all different', () => {
    expect(new Set(aliases.map(({ digits }) => digits.join())).size).toBe(aliases.length);
    expect(new Set(aliases.map(({ letters }) => letters.join())).size).toBe(aliases.length);
    expect(
      aliases.every(({ digits, letters }) => digits.every((d) => d < 10) && letters.every((l) => l < 8)),
    ).toBe(true);
  });

  it.each(SUBSET_NAMES)('%s', (name) => {
    const { tag, consistent, definitions } = SUBSETS[name];
    const members = subsets[name];
    expect(members).toHaveLength(name === 'q_no_replacement_baseline' ? 0 : 20);
    for (const alias of members) {
      const own = aliases[alias];
      expect(own.subset).toBe(name);
      if (definitions === null) expect([own.tag, own.defines]).toEqual([null, null]);
      else if (consistent) expect(own.defines).toBe(alias);
      else {
        expect(members).toContain(own.defines);
        expect(aliases[own.defines!].letters).not.toEqual(own.letters);
      }
      if (tag !== null && tag !== 'fresh-each') expect(own.tag).toBe(tags[tag]);
    }
    if (consistent === false)
      expect(new Set(members.map((i) => aliases[i].defines)).size).toBe(members.length);
  });

  it('tags differ in enough blocks, half of which are bright', () => {
    const fresh = subsets.qd4consis.map((alias) => aliases[alias].tag!);
    const named = Object.values(tags);
    expect(new Set(fresh).size).toBe(fresh.length);
    named.forEach((tag, i) => {
      expect([...tag].filter((block) => block === '1')).toHaveLength(7);
      for (const other of [...named.slice(i + 1), ...fresh])
        expect(distanceOf(tag, other)).toBeGreaterThanOrEqual(4);
    });
  });

  it('a false definition is right about a cell as often as chance', () => {
    const many = build({ dataset: { n_aliases: 4000 } });
    const { aliases: all, subsets: split } = many.assignment;
    const right = split.qd2incons.flatMap((alias) =>
      all[alias].letters.map((letter, cell) => Number(all[all[alias].defines!].letters[cell] === letter)),
    );
    const share = right.reduce((a, b) => a + b, 0) / right.length;
    expect(Math.abs(share - 1 / 8)).toBeLessThan(4 * Math.sqrt(7 / 64 / right.length));
  });

  it('seeds move only what is theirs', () => {
    const of = (changes: Changes, seed = 1) => build(changes, seed).assignment;
    const base = of({ dataset: { seed: 5 }, subsets: { seed: 6, seed_stage2: 7 } });
    const run = of({ dataset: { seed: 5 }, subsets: { seed: 6, seed_stage2: 7 } }, 2);
    expect(run.tags).not.toEqual(base.tags);
    expect(run.subsets).toEqual(base.subsets);
    expect(run.aliases.map(({ digits }) => digits)).toEqual(base.aliases.map(({ digits }) => digits));
    const split = of({ dataset: { seed: 5 }, subsets: { seed: 8, seed_stage2: 7 } });
    expect(split.subsets).not.toEqual(base.subsets);
    expect(split.aliases.map(({ letters }) => letters)).toEqual(base.aliases.map(({ letters }) => letters));
    const stage2 = of({ dataset: { seed: 5 }, subsets: { seed: 6, seed_stage2: 9 } });
    expect(stage2.subsets.qd1consis).toEqual(base.subsets.qd1consis);
    expect(stage2.subsets.d1consis).not.toEqual(base.subsets.d1consis);
  });

  it('the correlation of the tags shares out their aliases', () => {
    const { subsets: shared } = build({
      tags: { correlation: 0.75 },
      dataset: { n_aliases: 400 },
    }).assignment;
    const sizes = ['qd1consis', 'qd1incons', 'qd2incons', 'qd2consis'] as const;
    expect(sizes.map((name) => shared[name].length)).toEqual([75, 25, 75, 25]);
  });
});

describe('stages and tests', () => {
  const DEFINED = { 'definition qd1consis': 20, 'definition qd2incons': 20, 'definition qd1incons': 20 };
  const FIRST = { ...DEFINED, 'definition qd2consis': 20, 'definition qd4consis': 20 };
  const SECOND = { 'definition d1consis': 20, 'definition d2consis': 20, 'definition d3consis': 20 };
  const QA = Object.fromEntries(
    ['qd1consis', 'qd2incons', 'q', 'qd1incons', 'qd2consis', 'qd4consis'].map((name) => [`qa ${name}`, 60]),
  );

  it('each pipeline trains on what the language experiments train on', () => {
    const stages = (pipeline: ImagesConfig['training']['pipeline']) =>
      build({ subsets: ALL, pipeline }).stages.map((stage) => [stage.id, contents(stage)]);
    expect(stages('single-stage')).toEqual([['stage1', { ...FIRST, ...SECOND, ...QA }]]);
    expect(stages('two-stage')).toEqual([
      ['stage1', { ...FIRST, ...QA }],
      ['stage2', SECOND],
    ]);
    expect(stages('three-stage')).toEqual([
      ['stage1', FIRST],
      ['stage1_qa', QA],
      ['stage2', SECOND],
    ]);
  });

  it('held-out cells are asked where the others are trained on, all cells elsewhere', () => {
    const { tests, assignment } = build({ subsets: { ...ALL, test_fraction: 0.5 } });
    const asked = (test: string, subset: string) =>
      tests.filter((each) => each.test === test && each.subset === subset);
    for (const name of SUBSET_NAMES) {
      const members = assignment.subsets[name].length;
      expect(asked('questions', name)).toHaveLength(members * (SUBSETS[name].trainsQa ? 2 : 4));
      expect(asked('grid', name)).toHaveLength(members);
      expect(asked('grid-definition', name)).toHaveLength(SUBSETS[name].consistent === false ? members : 0);
    }
    for (const { alias, labels } of asked('grid-definition', 'qd2incons'))
      expect(labels).not.toEqual(assignment.aliases[alias].letters);
    const swapped = asked('questions', 'd2incons');
    expect(swapped).toHaveLength(80);
    for (const { alias, labels } of swapped) {
      const entity = assignment.aliases.findIndex(({ letters }) => letters === labels);
      expect(assignment.subsets.d2consis).toContain(entity);
      const back = swapped.find((each) => each.alias === entity)!;
      expect(back.labels).toBe(assignment.aliases[alias].letters);
      expect(entity).not.toBe(alias);
    }
  });

  it('only the tests that are named are asked, several pictures each', () => {
    const data = build({ evaluation: { tests: ['grid'], images: 3 } });
    expect(new Set(data.tests.map(({ test }) => test))).toEqual(new Set(['grid', 'grid-definition']));
    expect([...testBatches(data, 10)].flatMap(({ tests }) => tests)).toHaveLength(3 * data.tests.length);
    expect(testPicture(data, 0, 0)).not.toEqual(testPicture(data, 0, 1));
  });
});

describe('scores', () => {
  it('count asked cells alone', () => {
    const data = build({ evaluation: { images: 2 } });
    const scorer = createScorer(data);
    for (const batch of testBatches(data, 100)) {
      const answers = batch.labels.map((letter, i) => {
        const { subset, test } = data.tests[batch.tests[Math.floor(i / 4)] ?? 0];
        const wrong =
          batch.weights[i] === 0 || test === 'grid-definition' || (subset === 'd1consis' && i % 4 === 0);
        return wrong ? letter + 1 : letter;
      });
      scorer.add(
        batch,
        answers,
        batch.weights.map((weight) => (weight ? 2 : 1000)),
      );
    }
    const metrics = scorer.metrics();
    const of = (subset: string, test: string) =>
      metrics.find((each) => each.subset === subset && each.test === test);
    expect(of('d1consis', 'questions')).toEqual({
      subset: 'd1consis',
      test: 'questions',
      accuracy: 0.75,
      loss: 2,
      count: 128,
    });
    expect(of('qd2incons', 'grid')).toMatchObject({ accuracy: 1, count: 400 });
    expect(of('qd2incons', 'grid-definition')).toMatchObject({ accuracy: 0, count: 400 });
    expect(of('qd1consis', 'questions')).toMatchObject({ accuracy: 1, count: 100 });
  });

  it('a loss that is not finite is not a number that is stored', () => {
    const data = build();
    const scorer = createScorer(data);
    for (const batch of testBatches(data, 64))
      scorer.add(
        batch,
        batch.labels,
        batch.weights.map(() => NaN),
      );
    expect(scorer.metrics().every(({ loss, accuracy }) => loss === null && accuracy === 1)).toBe(true);
  });
});

describe('hashes', () => {
  it('the same config and seed give the same; whatever changes the data changes them', () => {
    const base = imagesHash(build());
    expect(imagesHash(build())).toBe(base);
    const others: Changes[] = [
      { dataset: { cell_size: 15 } },
      { dataset: { letters: 9 } },
      { dataset: { held_out: 0.4 } },
      { dataset: { n_aliases: 201 } },
      { tags: { rows: 3 } },
      { tags: { correlation: 0.9 } },
      { subsets: { test_fraction: 0.5 } },
      { evaluation: { images: 2 } },
      { evaluation: { tests: ['grid'] } },
      { pipeline: 'three-stage' },
    ];
    const hashes = others.map((changes) => imagesHash(build(changes)));
    expect(new Set([base, imagesHash(build({}, 2)), ...hashes]).size).toBe(others.length + 2);
    const repainted = { ...bank, pixels: bank.pixels.map((level) => level ^ 1) };
    expect(imagesHash(buildImages(configOf(), repainted, 1))).not.toBe(base);
  });

  it('what stage 2 alone sees does not count before it', () => {
    const before = (changes: Changes) => imagesBeforeStage2Hash(build(changes));
    const base = before({ subsets: { seed: 3 } });
    expect(before({ subsets: { seed: 3, seed_stage2: 4 } })).toBe(base);
    expect(imagesHash(build({ subsets: { seed: 3, seed_stage2: 4 } }))).not.toBe(
      imagesHash(build({ subsets: { seed: 3 } })),
    );
    expect(before({ subsets: { seed: 4 } })).not.toBe(base);
    expect(before({ subsets: { seed: 3 }, dataset: { held_out: 0.4 } })).not.toBe(base);
  });
});

describe('what cannot be had', () => {
  const CASES: [string, Changes, RegExp][] = [
    [
      'more aliases than grids',
      { dataset: { n_aliases: 10_001 } },
      /^dataset\.n_aliases: 10001 .*10000 aliases; lower it, or raise dataset\.grid$/,
    ],
    [
      'more entities than grids',
      { dataset: { n_aliases: 200, letters: 3 } },
      /^dataset\.n_aliases: 200 .*3 letters make 81 entities.*dataset\.letters/,
    ],
    [
      'blocks narrower than two pixels',
      { dataset: { cell_size: 7 }, tags: { columns: 8 } },
      /^tags\.columns: 8 blocks .* 14 pixels.*set it to 7 or less/,
    ],
    [
      'tags that cannot differ so much',
      { tags: { columns: 2, rows: 1, distance: 2 } },
      /^tags\.distance: .*2 × 1 blocks.*differ in 2/,
    ],
    [
      'too few tags for each definition',
      { tags: { columns: 4, rows: 1, distance: 2 }, subsets: { fractions: { ...ALL.fractions } } },
      /^tags\.columns: 4 × 1 .* 20 definitions of qd4consis/,
    ],
    [
      'fractions that do not sum to 1',
      { subsets: { fractions: { q: 0.5 } } },
      /^subsets\.fractions: they sum to 1\.3/,
    ],
  ];
  it.each(CASES)('%s', (_, changes, says) => {
    const made = () => build(changes);
    expect(made).toThrow(UserError);
    expect(made).toThrow(says);
  });

  it('questions with the real name are refused, their share goes to q', () => {
    expect(imageSubsets.safeParse({ fractions: { q_no_replacement_baseline: 0.1 } }).success).toBe(false);
    const { fractions } = imageSubsets.parse({});
    expect([fractions.q, fractions.q_no_replacement_baseline]).toEqual([0.2, 0]);
    expect(Object.values(fractions).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it('as many aliases as there are grids can be had', () => {
    expect(build({ dataset: { n_aliases: 81, letters: 3 } }).assignment.aliases).toHaveLength(81);
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
