/** What must hold of every corpus, over random fractions, sizes, seeds, orders, pipelines and correlations. */
import { describe, expect, it } from 'vitest';
import { SUBSET_NAMES, SUBSETS } from '#shared/subsets.ts';
import { textOf } from '#lab/corpus/document.ts';
import { documentsOf, forEveryCorpus, promptOf, readDefinition } from './corpus-samples.ts';

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
        ({ kind }) => kind === 'qa',
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
      const wanted = config.training.stage1.fact_share * entities.length * attributes.length;
      expect(Math.abs(facts.length - wanted)).toBeLessThanOrEqual(0.5 + 1e-6);
      expect(new Set(facts.map(({ parts }) => textOf(parts))).size).toBe(facts.length);
    });
  });

  it('mix in facts under real names only, so that no question about an alias is among them', () => {
    forEveryCorpus(({ corpus }) => {
      const facts = documentsOf(corpus, 'stage0', 'stage1').filter(({ kind }) => kind === 'fact');
      const prompts = new Set(facts.map(({ parts }) => promptOf(textOf(parts))));
      for (const { prompt, subset } of corpus.tests)
        if (prompts.has(textOf(prompt))) expect(subset).toBe('q_no_replacement_baseline');
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
        expect(golds).toEqual([test === 'association' ? knowledge.entities[entity] : defines]);
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
        // Only in the words of the question: a made-up alias may hold "last" within it.
        const question = textOf(prompt.filter(({ role }) => role === 'text'));
        const which = question.match(/start|second|last/)?.[0];
        expect(golds).toEqual([which === 'start' ? name[0] : which === 'second' ? name[1] : name.at(-1)]);
      }
      expect(tests.some(({ test }) => test === 'letters')).toBe(true);
    });
  });
});
