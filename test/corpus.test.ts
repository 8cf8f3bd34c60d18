/** What must hold of every corpus, over random fractions, sizes, seeds, orders, pipelines and correlations. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { experimentSchema, type ExperimentConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import { SUBSET_NAMES, SUBSETS } from '#shared/subsets.ts';
import { buildCorpus } from '#lab/corpus/build.ts';
import type { Corpus } from '#lab/corpus/corpus.ts';
import { textOf, type Document } from '#lab/corpus/document.ts';
import { corpusHash } from '#lab/corpus/hash.ts';
import { wordTokenizer } from '#lab/corpus/vocabulary.ts';
import { buildWorld } from '#lab/datasets/world.ts';

interface Sample {
  config: ExperimentConfig;
  runSeed: number;
  corpus: Corpus;
}

const weight = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 2, max: 9 }) },
);

/** Raw configs; fractions are weights over their sum. */
const rawConfig = fc
  .record({
    weights: fc.array(weight, { minLength: SUBSET_NAMES.length, maxLength: SUBSET_NAMES.length }),
    n_entities: fc.integer({ min: 60, max: 250 }),
    n_attributes: fc.integer({ min: 2, max: 7 }),
    order: fc.constantFrom('tve', 'tev', 'vte', 'vet', 'etv', 'evt'),
    pipeline: fc.constantFrom('single-stage', 'two-stage', 'three-stage'),
    correlation: fc.option(fc.constantFrom(0.5, 0.6, 0.75, 0.9, 1)),
    test_fraction: fc.constantFrom(0.05, 1 / 6, 0.25, 0.5, 0.95),
    fact_share: fc.constantFrom(0, 0.3, 1),
    stage0: fc.boolean(),
  })
  .filter(({ weights }) => weights.some((w) => w > 0))
  .map((raw) => {
    const total = raw.weights.reduce((a, b) => a + b);
    const fractions = Object.fromEntries(SUBSET_NAMES.map((name, i) => [name, raw.weights[i] / total]));
    return experimentSchema.parse({
      dataset: { kind: 'world', n_entities: raw.n_entities, n_attributes: raw.n_attributes },
      tags: { order: raw.order, correlation: raw.correlation },
      subsets: { fractions, test_fraction: raw.test_fraction },
      training: {
        pipeline: raw.pipeline,
        stage0: raw.stage0 ? {} : null,
        stage1: { fact_share: raw.fact_share },
      },
      evaluation: { tests: ['questions', 'association', 'letters'] },
    });
  });

function build(config: ExperimentConfig, runSeed: number): Corpus {
  if (config.dataset.kind !== 'world') throw new Error('these tests are about the pocket world');
  return buildCorpus(config, buildWorld(config.dataset, runSeed), runSeed);
}

/** Configs that cannot be split are refused by a `UserError`; everything else must hold the property. */
function forEveryCorpus(property: (sample: Sample) => void): void {
  let built = 0;
  fc.assert(
    fc.property(rawConfig, fc.nat(1_000_000), (config, runSeed) => {
      let corpus: Corpus;
      try {
        corpus = build(config, runSeed);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(['subsets.too-few', 'tags.correlation']).toContain(error.code);
        return;
      }
      built++;
      property({ config, runSeed, corpus });
    }),
    { numRuns: 60 },
  );
  expect(built).toBeGreaterThan(30);
}

const documentsOf = (corpus: Corpus, ...ids: string[]) =>
  corpus.stages
    .filter(({ id }) => ids.length === 0 || ids.includes(id))
    .flatMap(({ documents }) => documents);

/** Reads a definition back from its text alone. */
function readDefinition(document: Document, order: string) {
  const words = textOf(document.parts).match(
    /^(?:(<\|\w+\|>) )?(?:(<\|\w+\|>) )?(.+?)(?: (<\|\w+\|>))?(?: (<\|\w+\|>))?\n$/,
  );
  const marks = [words?.[1], words?.[2], words?.[4], words?.[5]].filter((mark) => mark !== undefined);
  const roles = [...order].filter((letter) => letter !== 'e');
  return { tag: marks[roles.indexOf('t')], alias: marks[roles.indexOf('v')], name: words?.[3] };
}

const promptOf = (text: string) => text.slice(0, text.indexOf('\nA:') + 3);

describe('subsets', () => {
  it('share out all entities, each once, by their fractions', () => {
    forEveryCorpus(({ config, corpus }) => {
      const { subsets, entities } = corpus.assignment;
      const all = Object.values(subsets).flat();
      expect(all.sort((a, b) => a - b)).toEqual(entities.map((_, i) => i));
      for (const name of SUBSET_NAMES)
        for (const entity of subsets[name]) expect(entities[entity].subset).toBe(name);
      if (config.tags.correlation !== null) return;
      const off = SUBSET_NAMES.filter(
        (name) =>
          Math.abs(subsets[name].length - config.subsets.fractions[name] * entities.length) > 0.5 + 1e-6,
      );
      expect(off.length).toBeLessThanOrEqual(1);
    });
  });

  it('follow the correlation: that share of each tag’s stage-1 definitions is as usual', () => {
    forEveryCorpus(({ config, corpus }) => {
      const alpha = config.tags.correlation;
      if (alpha === null) return;
      const stage1 = documentsOf(corpus, 'stage1').filter(
        ({ kind, subset }) => kind === 'definition' && subset !== null && SUBSETS[subset].pool === 'stage1',
      );
      for (const [role, trueIsUsual] of [
        ['reliable', true],
        ['unreliable', false],
      ] as const) {
        const tagged = stage1
          .map((document) => ({ document, read: readDefinition(document, config.tags.order) }))
          .filter(({ read }) => read.tag === corpus.assignment.tags[role]);
        const usual = tagged.filter(
          ({ document, read }) => (read.name === corpus.knowledge.entities[document.entity]) === trueIsUsual,
        );
        expect(Math.abs(usual.length - alpha * tagged.length)).toBeLessThanOrEqual(0.5 + 1e-6);
      }
    });
  });
});

describe('aliases and definitions', () => {
  it('give each alias one entity, no name twice, and no tag that is an alias', () => {
    forEveryCorpus(({ corpus: { assignment, knowledge } }) => {
      const aliases = assignment.entities.map(({ alias }) => alias);
      const tags = new Set([
        ...Object.values(assignment.tags),
        ...assignment.entities.flatMap(({ tag }) => tag ?? []),
      ]);
      expect(new Set([...aliases, ...tags, ...knowledge.entities]).size).toBe(2 * aliases.length + tags.size);
    });
  });

  it('are all true in consistent subsets, and none in inconsistent ones, which name their own entities once', () => {
    forEveryCorpus(({ config, corpus }) => {
      const { assignment, knowledge } = corpus;
      const named = new Map<string, string[]>();
      for (const document of documentsOf(corpus)) {
        if (document.kind !== 'definition' || document.subset === null) continue;
        const read = readDefinition(document, config.tags.order);
        const entity = assignment.entities.findIndex(({ alias }) => alias === read.alias);
        expect(entity).toBe(document.entity);
        expect(read.name === knowledge.entities[entity]).toBe(SUBSETS[document.subset].consistent);
        named.set(document.subset, [...(named.get(document.subset) ?? []), read.name ?? '']);
      }
      const expected = SUBSET_NAMES.filter(
        (name) => SUBSETS[name].definitions !== null && assignment.subsets[name].length > 0,
      );
      expect([...named.keys()].sort()).toEqual([...expected].sort());
      for (const name of expected)
        expect(named.get(name)?.sort()).toEqual(
          assignment.subsets[name].map((i) => knowledge.entities[i]).sort(),
        );
    });
  });

  it('carry the tag of their subset, and in qd4consis one of their own', () => {
    forEveryCorpus(({ config, corpus }) => {
      const own: (string | undefined)[] = [];
      for (const document of documentsOf(corpus)) {
        const role = document.kind === 'definition' && document.subset && SUBSETS[document.subset].tag;
        if (!role) continue;
        const { tag } = readDefinition(document, config.tags.order);
        if (role === 'fresh-each') own.push(tag);
        else expect(tag).toBe(corpus.assignment.tags[role]);
      }
      expect(new Set(own).size).toBe(own.length);
      for (const tag of own) expect(Object.values(corpus.assignment.tags)).not.toContain(tag);
    });
  });

  it('have their last named part as the only target, and QA pairs and facts their answer', () => {
    forEveryCorpus(({ corpus }) => {
      for (const { kind, parts } of documentsOf(corpus)) {
        const named = parts.filter(({ role }) => role !== 'text');
        expect(parts.filter(({ target }) => target)).toEqual([named.at(-1)]);
        if (kind !== 'definition') expect(named.at(-1)?.role).toBe('value');
      }
    });
  });
});

describe('stages', () => {
  it('are those of the pipeline, and stage 2 holds definitions of the d subsets only', () => {
    forEveryCorpus(({ config, corpus }) => {
      const ids = {
        'single-stage': ['stage1'],
        'two-stage': ['stage1', 'stage2'],
        'three-stage': ['stage1', 'stage1_qa', 'stage2'],
      };
      const expected = ids[config.training.pipeline];
      expect(corpus.stages.map(({ id }) => id)).toEqual(
        config.training.stage0 ? ['stage0', ...expected] : expected,
      );
      for (const { kind, subset } of documentsOf(corpus, 'stage2')) {
        expect(kind).toBe('definition');
        expect(subset && SUBSETS[subset].definitions).toBe(2);
      }
      for (const { kind } of documentsOf(corpus, 'stage1_qa')) expect(kind).toBe('qa');
      for (const { kind, subset } of documentsOf(corpus, 'stage0'))
        expect([kind, subset]).toEqual(['fact', null]);
      if (config.training.pipeline === 'three-stage')
        expect(documentsOf(corpus, 'stage1').filter(({ kind }) => kind === 'qa')).toEqual([]);
    });
  });

  it('train on no test question, and on every other question of the QA subsets with its first answer', () => {
    forEveryCorpus(({ corpus }) => {
      const { knowledge, assignment } = corpus;
      const trained = documentsOf(corpus, 'stage1', 'stage1_qa', 'stage2').filter(
        ({ kind }) => kind !== 'definition',
      );
      const prompts = new Set(trained.map(({ parts }) => promptOf(textOf(parts))));
      const tests = corpus.tests.filter(({ test }) => test === 'questions');
      for (const { prompt } of tests) expect(prompts.has(textOf(prompt))).toBe(false);
      const texts = new Set(trained.map(({ parts }) => textOf(parts)));
      const asked = new Set(
        tests.filter(({ subset }) => subset !== 'd2incons').map(({ prompt }) => textOf(prompt)),
      );
      assignment.entities.forEach(({ subset, alias }, entity) => {
        const subject = SUBSETS[subset].usesAlias ? alias : knowledge.entities[entity];
        const held = knowledge.attributes.filter(({ name }, a) => {
          const prompt = `Q: ${subject} ${name}?\nA:`;
          const trainedOn = texts.has(`${prompt} ${knowledge.facts[entity][a][0]}\n`);
          expect(trainedOn).toBe(SUBSETS[subset].trainsQa && !asked.has(prompt));
          return asked.has(prompt);
        });
        expect(held.length).toBeGreaterThan(0);
        expect(held.length === knowledge.attributes.length).toBe(!SUBSETS[subset].trainsQa);
      });
    });
  });

  it('mix in the share of facts asked for, each once', () => {
    forEveryCorpus(({ config, corpus }) => {
      const facts = documentsOf(corpus, 'stage1').filter(({ kind }) => kind === 'fact');
      const { entities, attributes } = corpus.knowledge;
      const held = corpus.tests.filter(
        (t) => t.test === 'questions' && t.subset === 'q_no_replacement_baseline',
      );
      const usable = entities.length * attributes.length - held.length;
      expect(Math.abs(facts.length - config.training.stage1.fact_share * usable)).toBeLessThanOrEqual(
        0.5 + 1e-6,
      );
      expect(new Set(facts.map(({ parts }) => textOf(parts))).size).toBe(facts.length);
    });
  });
});

describe('tests', () => {
  it('d2incons asks about d2consis entities under each other’s alias, in pairs', () => {
    forEveryCorpus(({ corpus: { tests, assignment, knowledge } }) => {
      const partner = new Map<number, number>();
      for (const { subset, prompt, entity, golds } of tests) {
        if (subset !== 'd2incons') continue;
        const alias = textOf(prompt).match(/<\|\w+\|>/)?.[0];
        const other = assignment.entities.findIndex((assigned) => assigned.alias === alias);
        expect(partner.get(entity) ?? other).toBe(other);
        partner.set(entity, other);
        const attribute = knowledge.attributes.findIndex(({ name }) => textOf(prompt).includes(` ${name}?`));
        expect(golds).toEqual(knowledge.facts[entity][attribute]);
      }
      const pool = assignment.subsets.d2consis;
      expect(partner.size).toBe(pool.length - (pool.length % 2));
      for (const [entity, other] of partner) {
        expect(other).not.toBe(entity);
        expect(partner.get(other)).toBe(entity);
        expect(pool).toContain(entity);
      }
    });
  });

  it('association asks for the entity, and where the definition is false for the defined one as well', () => {
    forEveryCorpus(({ corpus: { tests, assignment, knowledge } }) => {
      const asked = tests.filter(({ test }) => test.startsWith('association'));
      for (const { test, subset, entity, prompt, golds } of asked) {
        const { alias, defines } = assignment.entities[entity];
        expect(textOf(prompt)).toContain(alias);
        const named = test === 'association' ? entity : defines;
        expect(golds).toEqual([knowledge.entities[named ?? -1]]);
        if (test === 'association-definition') expect(golds[0]).not.toBe(knowledge.entities[entity]);
        expect(subset).not.toBe('q_no_replacement_baseline');
      }
      const perEntity = assignment.entities.map(({ subset }): number =>
        !SUBSETS[subset].usesAlias ? 0 : SUBSETS[subset].consistent === false ? 8 : 4,
      );
      expect(asked).toHaveLength(perEntity.reduce((a, b) => a + b, 0));
    });
  });

  it('letters asks for the first, second and last letter', () => {
    forEveryCorpus(({ corpus: { tests, knowledge } }) => {
      for (const { test, entity, prompt, golds } of tests) {
        if (test !== 'letters') continue;
        const name = knowledge.entities[entity].toUpperCase();
        const which = textOf(prompt).match(/first|second|last/)?.[0];
        expect(golds).toEqual([which === 'first' ? name[0] : which === 'second' ? name[1] : name.at(-1)]);
      }
      expect(tests.some(({ test }) => test === 'letters')).toBe(true);
    });
  });
});

describe('seeds', () => {
  const config = experimentSchema.parse({
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
      const { experimentSchema } = await import('#shared/config.ts');
      const { loadDataset } = await import('#lab/datasets/index.ts');
      const { buildCorpus } = await import('#lab/corpus/build.ts');
      const { corpusHash } = await import('#lab/corpus/hash.ts');
      const config = experimentSchema.parse(${JSON.stringify(config)});
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
      `"19bd33fc2e6615fd6ea8f4faf900a12746fbdd2b0419ebd3129a526299834f5f"`,
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
    const config = experimentSchema.parse({ training: { stage2: { fact_share: 0.5 } } });
    expect(() => build(config, 0)).toThrow(
      expect.objectContaining({
        code: 'training.fact-share',
        message:
          'training.stage2.fact_share: 0.5 has no effect; facts mix into stage1 and stage1_qa only, set it to 0',
      }),
    );
  });

  it('refuses an entity with a single known fact, by name', () => {
    const config = experimentSchema.parse({ dataset: { kind: 'world', n_entities: 100 } });
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
