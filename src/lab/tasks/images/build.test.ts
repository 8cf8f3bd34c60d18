/** What is built for an image experiment: aliases, tags, subsets, stages and tests, their hashes, and what cannot be had. */
import { describe, expect, it } from 'vitest';
import { imageSubsets } from '#shared/config/images.ts';
import { UserError } from '#shared/errors.ts';
import { SUBSET_NAMES, SUBSETS } from '#shared/subsets.ts';
import { testBatches, testPicture } from './batches.ts';
import { buildImages } from './build.ts';
import type { ImagesConfig, ImageStage } from './data.ts';
import { imagesBeforeStage2Hash, imagesHash } from './hash.ts';
import { distanceOf } from './patterns.ts';
import { ALL, bank, build, configOf, type Changes } from '#test/made-images.ts';

/** Which examples a stage trains on, by their words. */
function contents({ examples }: ImageStage) {
  const counts: Record<string, number> = {};
  for (const { kind, subset } of examples)
    counts[`${kind} ${subset}`] = (counts[`${kind} ${subset}`] ?? 0) + 1;
  return counts;
}

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
