/** Which seed moves what, and that nothing else does: across processes, and across versions of the code. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { languageSchema } from '#shared/config/language.ts';
import { SUBSETS } from '#shared/subsets.ts';
import { buildCorpus } from '#lab/corpus/build.ts';
import type { Corpus } from '#lab/corpus/corpus.ts';
import { textOf } from '#lab/corpus/document.ts';
import { corpusHash } from '#lab/corpus/hash.ts';
import { wordTokenizer } from '#lab/corpus/vocabulary.ts';
import { buildWorld } from '#lab/datasets/world.ts';
import { build, documentsOf } from './corpus-samples.ts';

describe('seeds', () => {
  const config = languageSchema.parse({
    dataset: { n_entities: 300, kind: 'world' },
    training: { stage0: {}, stage1: { fact_share: 0.5 } },
  });
  const withSeeds = (seeds: object) => ({ ...config, subsets: { ...config.subsets, ...seeds } });

  it('seed_stage2 moves entities of the stage-2 pool only', () => {
    const [one, two] = [1, 2].map((seed_stage2) => build(withSeeds({ seed_stage2 }), 9));
    const pool = (corpus: Corpus) => corpus.assignment.entities.map(({ subset }) => SUBSETS[subset].pool);
    expect(pool(two)).toEqual(pool(one));
    const moved = one.assignment.entities.filter(
      ({ subset }, i) => subset !== two.assignment.entities[i].subset,
    );
    expect(moved.length).toBeGreaterThan(20);
    one.assignment.entities.forEach((entity, i) => {
      expect(two.assignment.entities[i].alias).toBe(entity.alias);
      if (SUBSETS[entity.subset].pool === 'stage1') expect(two.assignment.entities[i]).toEqual(entity);
    });
    for (const id of ['stage0', 'stage1'])
      expect(documentsOf(two, id).map(({ parts }) => textOf(parts))).toEqual(
        documentsOf(one, id).map(({ parts }) => textOf(parts)),
      );
    const words = (corpus: Corpus) => {
      const tokenizer = wordTokenizer(corpus);
      return Array.from({ length: tokenizer.size }, (_, id) => tokenizer.decode(id));
    };
    expect(words(two)).toEqual(words(one));
  });

  it('subsets.seed moves the split and leaves names, facts, tags and aliases', () => {
    const [one, two] = [1, 2].map((seed) => build(withSeeds({ seed, seed_stage2: 3 }), 9));
    expect(two.knowledge).toEqual(one.knowledge);
    expect(two.assignment.tags).toEqual(one.assignment.tags);
    expect(two.assignment.entities.map(({ alias }) => alias)).toEqual(
      one.assignment.entities.map(({ alias }) => alias),
    );
    expect(two.assignment.subsets).not.toEqual(one.assignment.subsets);
  });

  it('give the same corpus in separate processes, whatever their locale and time zone', () => {
    const script = `
      const { languageSchema } = await import('#shared/config/language.ts');
      const { loadDataset } = await import('#lab/datasets/index.ts');
      const { buildCorpus } = await import('#lab/corpus/build.ts');
      const { corpusHash } = await import('#lab/corpus/hash.ts');
      const config = languageSchema.parse(${JSON.stringify(config)});
      console.log(corpusHash(buildCorpus(config, await loadDataset(config.dataset, 9), 9)));`;
    const run = (env: Record<string, string>) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, ...env },
      }).trim();
    const first = run({ LANG: 'C', TZ: 'UTC' });
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(run({ LANG: 'tr_TR.UTF-8', TZ: 'Asia/Tokyo' })).toBe(first);
    expect(corpusHash(build(config, 9))).toBe(first);
  });

  it('are pinned: this hash must never change, or saved seeds would mean other data', () => {
    expect(corpusHash(build(config, 9))).toMatchInlineSnapshot(
      `"a5f3f1cc2fb9f7447f0c2707e4060bf19c11d59979145318f7216969e6fe2df7"`,
    );
  });

  it('every change of a seed changes the hash', () => {
    const hashes = [
      corpusHash(build(config, 9)),
      corpusHash(build(config, 10)),
      corpusHash(build(withSeeds({ seed: 1 }), 9)),
      corpusHash(build(withSeeds({ seed_stage2: 1 }), 9)),
    ];
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('a corpus that cannot be', () => {
  it('refuses a fact share where it would have no effect', () => {
    const config = languageSchema.parse({ training: { stage2: { fact_share: 0.5 } } });
    expect(() => build(config, 0)).toThrow(
      expect.objectContaining({
        code: 'training.fact-share',
        message:
          'training.stage2.fact_share: 0.5 has no effect; facts mix into stage1 and stage1_qa only, set it to 0',
      }),
    );
  });

  it('refuses an entity with a single known fact, by name', () => {
    const config = languageSchema.parse({ dataset: { kind: 'world', n_entities: 100 } });
    if (config.dataset.kind !== 'world') throw new Error('expected the pocket world');
    const kb = buildWorld(config.dataset, 0);
    kb.facts[7] = kb.facts[7].map((answers, a) => (a === 2 ? answers : []));
    expect(() => buildCorpus(config, kb, 0)).toThrow(
      expect.objectContaining({
        code: 'dataset.too-few-facts',
        message: expect.stringContaining(kb.entities[7]),
      }),
    );
  });
});
