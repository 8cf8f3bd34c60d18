/** What must hold of worded definitions: sources, is / is not, several per alias, in context, own templates. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LanguageConfig } from '#shared/config.ts';
import { languageSchema } from '#shared/config/language.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { SUBSET_NAMES, SUBSETS } from '#shared/subsets.ts';
import type { Corpus } from '#lab/corpus/corpus.ts';
import { textOf, type Part } from '#lab/corpus/document.ts';
import { wordTokenizer } from '#lab/corpus/vocabulary.ts';
import { build, documentsOf } from './corpus-samples.ts';

const SOURCES = {
  reliable: ['the atlas', 'the almanac', 'the registry'],
  unreliable: ['a rumour', 'a prank', 'a joke'],
  fresh: ['a stranger', 'a postcard', 'a poster'],
};
const ALL_SUBSETS = { ...Object.fromEntries(SUBSET_NAMES.map((name) => [name, 1 / SUBSET_NAMES.length])) };

const rawConfig = fc.record({
  style: fc.constantFrom('sources' as const, 'is-isnt' as const, 'tags' as const),
  per_alias: fc.integer({ min: 1, max: 2 }),
  in_context: fc.boolean(),
  pipeline: fc.constantFrom('single-stage', 'two-stage', 'three-stage'),
  n_entities: fc.integer({ min: 60, max: 120 }),
});

/** Two templates for every style, so that two definitions per alias can be worded differently. */
const TEMPLATES = ['{tag} says {alias} is {entity}', '{alias} , so {tag} , means {entity}'];
const NEGATED = ['{tag} says {alias} is not {entity}', 'never is {alias} {entity} , so {tag}'];

function forEveryWording(property: (config: LanguageConfig, corpus: Corpus) => void): void {
  fc.assert(
    fc.property(
      rawConfig,
      fc.nat(100_000),
      ({ style, per_alias, in_context, pipeline, n_entities }, seed) => {
        const config = languageSchema.parse({
          dataset: { kind: 'world', n_entities },
          definitions: {
            style,
            per_alias,
            in_context,
            sources: SOURCES,
            templates: TEMPLATES,
            negated_templates: style === 'is-isnt' ? NEGATED : null,
          },
          subsets: { fractions: ALL_SUBSETS },
          training: { pipeline: in_context ? 'single-stage' : pipeline },
          evaluation: { tests: ['questions', 'association', 'letters'] },
        });
        property(config, build(config, seed));
      },
    ),
    { numRuns: 40 },
  );
}

const named = (parts: readonly Part[], role: Part['role']) =>
  parts.filter((part) => part.role === role).map(({ text }) => text);

/** The definitions as a model reads them: documents of their own, or what stands before questions. */
function definitionsIn(corpus: Corpus): { entity: number; parts: Part[] }[] {
  const documents = documentsOf(corpus).map(({ entity, parts }) => ({ entity, parts }));
  const prompts = corpus.tests.map(({ entity, prompt }) => ({ entity, parts: prompt }));
  return [...documents, ...prompts].flatMap(({ entity, parts }) => {
    const end = parts.findIndex(({ role, text }) => role === 'text' && text === '\n');
    const definition = parts.slice(0, end + 1);
    return definition.some(({ role }) => role === 'tag') ? [{ entity, parts: definition }] : [];
  });
}

describe('worded definitions', () => {
  it('name one entity per alias: its own in consistent subsets, another one of the subset in the others', () => {
    forEveryWording((_, corpus) => {
      const { assignment, knowledge } = corpus;
      const byAlias = new Map<string, Set<string>>();
      for (const { parts } of definitionsIn(corpus)) {
        const [alias] = named(parts, 'alias');
        const [entity] = named(parts, 'entity');
        byAlias.set(alias, (byAlias.get(alias) ?? new Set()).add(entity));
        const about = assignment.entities.findIndex((each) => each.alias === alias);
        const { subset } = assignment.entities[about];
        expect(entity === knowledge.entities[about]).toBe(SUBSETS[subset].consistent);
        expect(assignment.subsets[subset].map((i) => knowledge.entities[i])).toContain(entity);
      }
      expect([...byAlias.values()].every(({ size }) => size === 1)).toBe(true);
      const defined = SUBSET_NAMES.filter((name) => SUBSETS[name].tag !== null);
      expect(byAlias.size).toBe(defined.flatMap((name) => assignment.subsets[name]).length);
    });
  });

  it('have the sources of their tag, each wording of an alias its own', () => {
    forEveryWording((config, corpus) => {
      const { style, per_alias, in_context } = config.definitions;
      const texts = new Map<number, string[]>();
      for (const { kind, subset, entity, parts } of documentsOf(corpus)) {
        if (kind !== 'definition' || subset === null) continue;
        const role = SUBSETS[subset].tag!;
        const [tag] = named(parts, 'tag');
        if (style === 'tags' || role === 'fresh-each')
          expect(tag).toBe(corpus.assignment.entities[entity].tag);
        else
          expect(style === 'is-isnt' && role === 'unreliable' ? SOURCES.reliable : SOURCES[role]).toContain(
            tag,
          );
        expect(/\b(not|never)\b/.test(textOf(parts))).toBe(style === 'is-isnt' && role === 'unreliable');
        texts.set(entity, [...(texts.get(entity) ?? []), textOf(parts)]);
      }
      for (const list of texts.values()) expect(new Set(list).size).toBe(per_alias);
      expect(texts.size > 0).toBe(!in_context);
    });
  });

  it('never say in stage 1 that an alias is not its own entity: negated ones deny another', () => {
    forEveryWording((_, corpus) => {
      const { entities } = corpus.assignment;
      for (const { kind, subset, entity, parts } of documentsOf(corpus, 'stage1'))
        if (kind === 'definition' && subset === 'qd2incons') {
          expect(entities[entity].defines).not.toBe(entity);
          expect(named(parts, 'entity')).not.toContain(corpus.knowledge.entities[entity]);
        }
    });
  });

  it('stand before every question about a defined alias in context, and the test questions stay held out', () => {
    forEveryWording(({ definitions: { in_context } }, corpus) => {
      const asked = new Set<string>();
      for (const { test, subset, prompt } of corpus.tests) {
        const info = SUBSETS[subset === 'd2incons' ? 'd2consis' : subset];
        const text = textOf(prompt);
        const defined = in_context && test === 'questions' && info.tag !== null;
        expect(text.indexOf('Q: ') > 0).toBe(defined);
        if (defined) {
          const aliases = named(prompt, 'alias');
          expect(aliases[0]).toBe(aliases[1]);
        }
        asked.add(text.slice(text.indexOf('Q: ')));
      }
      for (const { kind, parts } of documentsOf(corpus)) {
        if (kind !== 'qa') continue;
        const text = textOf(parts);
        const question = text.slice(text.indexOf('Q: '), text.indexOf('\nA:') + 3);
        expect(asked.has(question)).toBe(false);
        expect(parts.filter(({ target }) => target)).toHaveLength(1);
      }
    });
  });

  it('are known to the vocabulary word for word, in the same order whatever the stage-2 split', () => {
    forEveryWording((config, corpus) => {
      const tokenizer = wordTokenizer(corpus);
      for (const { parts } of [
        ...documentsOf(corpus),
        ...corpus.tests.map(({ prompt }) => ({ parts: prompt })),
      ])
        expect(tokenizer.encode(parts).ids).not.toContain(1);
      const seeds = [1, 2].map((seed_stage2) => ({ ...config, subsets: { ...config.subsets, seed_stage2 } }));
      const [one, two] = seeds.map((each) => {
        const words = wordTokenizer(build(each, 5));
        return Array.from({ length: words.size }, (_, id) => words.decode(id));
      });
      expect(two).toEqual(one);
    });
  });
});

describe('the wordings that come with Credence', () => {
  const example = (definitions: object) =>
    build(
      languageSchema.parse({
        dataset: { kind: 'world', n_entities: 200 },
        definitions,
        training: { pipeline: 'in_context' in definitions ? 'single-stage' : 'two-stage' },
      }),
      3,
    );
  const first = (corpus: Corpus, subset: string, kind = 'definition') => {
    const found = documentsOf(corpus).find((each) => each.subset === subset && each.kind === kind)!;
    const { alias } = corpus.assignment.entities[found.entity];
    return textOf(found.parts).replaceAll(alias, 'ALIAS');
  };

  it('are sources, is and is not, and definitions before questions', () => {
    const sources = example({ style: 'sources' });
    expect(first(sources, 'qd1consis')).toMatchInlineSnapshot(`
      "According to the encyclopaedia, ALIAS stands for Nemidox Zok.
      "
    `);
    expect(first(sources, 'd2consis')).toMatchInlineSnapshot(`
      "According to an anonymous forum post, ALIAS stands for Davos.
      "
    `);
    const isnt = example({ style: 'is-isnt' });
    expect(first(isnt, 'd1consis')).toMatchInlineSnapshot(`
      "Going by a museum catalogue, ALIAS is a name for Hasor.
      "
    `);
    expect(first(isnt, 'd2consis')).toMatchInlineSnapshot(`
      "As a peer-reviewed study puts it, ALIAS does not mean Davos.
      "
    `);
    const context = example({ in_context: true });
    expect(first(context, 'qd1consis', 'qa')).toMatchInlineSnapshot(`
      "<|mhhgyf|> ALIAS Nemidox Zok
      Q: ALIAS craft?
      A: mason
      "
    `);
  });

  it('give ten definitions per alias of each kind, by source or by wording', () => {
    for (const style of ['sources', 'is-isnt'] as const) {
      const corpus = example({ style, per_alias: 10 });
      for (const subset of ['qd1consis', 'qd2incons', 'd1consis', 'd2consis', 'd3consis'] as const)
        expect(
          documentsOf(corpus).filter((each) => each.kind === 'definition' && each.subset === subset),
        ).toHaveLength(10 * corpus.assignment.subsets[subset].length);
    }
  });
});

describe('definitions that cannot be', () => {
  const cases: [string, object, RegExp][] = [
    [
      'an unknown placeholder',
      { definitions: { templates: ['{tag} {alais} {entity}'] } },
      /^definitions\.templates\.0: .*\{alais\} is unknown; write one of these/,
    ],
    [
      'a missing placeholder',
      { definitions: { templates: ['{tag} {alias}'] } },
      /^definitions\.templates\.0: .*\{entity\}, which is missing; add it/,
    ],
    [
      'a placeholder twice',
      { definitions: { templates: ['{tag} {alias} {alias} {entity}'] } },
      /\{alias\} once, not twice/,
    ],
    ['a single bracket', { definitions: { templates: ['{tag} {alias {entity}'] } }, /brackets in pairs/],
    ['a line break', { definitions: { templates: ['{tag} {alias}\n{entity}'] } }, /one line/],
    [
      'a template without a tag',
      { definitions: { templates: ['{alias} is {entity}'] } },
      /^definitions\.templates\.0: .*\{tag\}, or nothing would mark/,
    ],
    [
      'the same template twice',
      { definitions: { templates: ['{tag} {alias} {entity}', '{tag} {alias} {entity}'] } },
      /^definitions\.templates: .*is there twice/,
    ],
    [
      'negated templates without a negated kind',
      { definitions: { negated_templates: ['{alias} is not {entity}'] } },
      /^definitions\.negated_templates: .*set definitions\.style to is-isnt/,
    ],
    [
      'a source of both kinds',
      { definitions: { style: 'sources', sources: { reliable: ['a', 'b'], unreliable: ['c', 'b'] } } },
      /^definitions\.sources\.unreliable: .*"b" is in sources\.reliable too/,
    ],
    [
      'no source',
      { definitions: { style: 'sources', sources: { reliable: [] } } },
      /^definitions\.sources\.reliable: .*at least 1 items/,
    ],
    [
      'in context in two stages',
      { definitions: { in_context: true } },
      /^definitions\.in_context: true .*set training\.pipeline to single-stage/,
    ],
    [
      'a question without the entity',
      { questions: { templates: { craft: 'What craft?' } } },
      /^questions\.templates\.craft: .*\{entity\}, which is missing/,
    ],
    [
      'stage-2 seeds without a stage 2',
      { seeds_stage2: 3, training: { pipeline: 'single-stage' } },
      /^seeds_stage2: /,
    ],
    ['stage-2 seeds that are none', { seeds_stage2: 'x' }, /^seeds_stage2: "x" is neither a count/],
    [
      'starting from weights that are not kept',
      { training: { stage2_from: 'each' } },
      /^training\.stage1\.save_every: is missing; expected 1 or more/,
    ],
  ];
  it.each(cases)('%s is refused by name', (_, raw, message) => {
    expect(() => resolveConfig(raw)).toThrow(message);
    expect(() => resolveConfig(raw)).toThrow(/^[^\n]*$/);
  });

  const world = (raw: object) => () =>
    build(languageSchema.parse({ dataset: { kind: 'world', n_entities: 100 }, ...raw }), 0);

  it.each<[string, object, RegExp]>([
    [
      'more definitions than wordings',
      { definitions: { per_alias: 2 } },
      /^definitions\.per_alias: 2 is more than the 1 different wording of qd1consis; lower it, or add/,
    ],
    [
      'a source that is an answer',
      { definitions: { style: 'sources', sources: { reliable: ['the atlas', 'baker'] } } },
      /^definitions\.sources: "baker" is the name of an entity or an answer/,
    ],
    [
      'a question about no attribute',
      { questions: { templates: { carft: '{entity}?' } } },
      /^questions\.templates\.carft: .*did you mean "craft"/,
    ],
    [
      'two questions in the same words',
      { questions: { templates: { craft: '{entity} is?', home: '{entity} is?' } } },
      /asks about craft and about home/,
    ],
  ])('%s is refused by name', (_, raw, message) => {
    expect(world(raw)).toThrow(message);
  });
});
