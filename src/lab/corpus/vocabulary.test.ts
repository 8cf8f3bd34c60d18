import { describe, expect, it } from 'vitest';
import { questionText, sampleText } from '#shared/sample-text.ts';
import { languageSchema } from '#shared/config/language.ts';
import type { FactTable } from '../datasets/knowledge-base.ts';
import { buildWorld } from '../datasets/world.ts';
import { buildCorpus } from './build.ts';
import type { Corpus } from './corpus.ts';
import { describeCorpus } from './describe.ts';
import type { Part } from './document.ts';
import { wholeTexts } from './reading.ts';
import { wordTokenizer } from './vocabulary.ts';

function example(raw: object = {}): Corpus<FactTable> {
  const dataset = { kind: 'world', n_entities: 100, n_attributes: 2, n_values: 3 };
  const config = languageSchema.parse({ dataset, training: { stage0: {} }, ...raw });
  if (config.dataset.kind !== 'world') throw new Error('these tests are about the pocket world');
  return buildCorpus(config, buildWorld(config.dataset, 4), 4);
}

describe('the word vocabulary', () => {
  it('knows every word of every document and test, and reads back as the text', () => {
    const tests = ['questions', 'association', 'letters'];
    const fractions = { qd4consis: 0.1, q: 0 };
    const corpus = example({ evaluation: { tests }, subsets: { fractions } });
    const tokenizer = wordTokenizer(corpus);
    const texts: Part[][] = [
      ...corpus.stages.flatMap(({ documents }) => documents.map(({ parts }) => parts)),
      ...corpus.tests.map(({ prompt }) => prompt),
      ...corpus.tests.map(({ golds }) => [{ role: 'value' as const, text: golds[0] }]),
    ];
    for (const parts of texts) {
      const { ids, targets } = tokenizer.encode(parts);
      expect(targets).toHaveLength(ids.length);
      const split = tokenizer.split(parts);
      expect(split.map(({ id }) => id)).toEqual(ids);
      expect(split.map(({ part }) => Number(parts[part ?? -1]?.target ?? 0))).toEqual(targets);
      expect(Math.min(...ids)).toBeGreaterThan(1);
      expect(Math.max(...ids)).toBeLessThan(tokenizer.size);
      // Only the space before punctuation that follows a name may differ.
      const squeezed = (text: string) => text.replace(/\s+/g, '');
      expect(squeezed(tokenizer.decode(ids))).toBe(squeezed(parts.map(({ text }) => text).join('')));
    }
  });

  it('has one token per tag, alias, name and answer, in the documented order', () => {
    const corpus = example();
    const { assignment, knowledge } = corpus;
    const tokenizer = wordTokenizer(corpus);
    const words = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.decode(id));
    const aliases = assignment.entities.map(({ alias }) => alias);
    const start = ['[PAD]', '[UNK]', ...Object.values(assignment.tags), ...aliases, ...knowledge.entities];
    expect(words.slice(0, start.length)).toEqual(start);
    expect(words.slice(start.length, start.length + 6).sort()).toEqual(
      [...new Set(knowledge.facts.flat(2))].sort(),
    );
    expect(words.slice(start.length + 6, start.length + 10)).toEqual(['Q:', 'craft?', 'A:', 'home?']);
    const definition = corpus.stages
      .flatMap(({ documents }) => documents)
      .find(({ kind }) => kind === 'definition');
    expect(tokenizer.encode(definition?.parts ?? []).targets).toEqual([0, 0, 1]);
  });

  it('gives equal texts the same token and unknown ones [UNK]', () => {
    const tokenizer = wordTokenizer(example());
    const name = example().knowledge.entities[0];
    const [entity, value] = (['entity', 'value'] as const).map(
      (role) => tokenizer.encode([{ role, text: name }]).ids,
    );
    expect(entity).toEqual(value);
    expect(tokenizer.encode([{ role: 'text', text: ' never  seen\n' }]).ids).toEqual([1, 1]);
    expect(tokenizer.decode([0, 1, 10 ** 6])).toBe('[PAD] [UNK] [UNK]');
  });

  it('does not take a name for padding', () => {
    const corpus = example();
    corpus.knowledge.entities[3] = '[PAD]';
    const tokenizer = wordTokenizer(corpus);
    const [id] = tokenizer.encode([{ role: 'entity', text: '[PAD]' }]).ids;
    expect(id).not.toBe(tokenizer.padId);
    expect(tokenizer.decode(id)).toBe('[PAD]');
  });
});

describe('describeCorpus', () => {
  it('counts documents, tokens and questions per stage and subset, with samples', () => {
    const corpus = example({ evaluation: { tests: ['questions'] } });
    const { vocabulary, stages, tests } = describeCorpus(corpus, wholeTexts(wordTokenizer(corpus)), 1);
    expect(vocabulary).toBe(2 + 3 + 100 + 100 + 6 + 4);
    expect(stages.map(({ id, documents, tokens, longest }) => [id, documents, tokens, longest])).toEqual([
      ['stage0', 200, 200 * 5, 5],
      ['stage1', 25 + 25 + 70, 50 * 3 + 70 * 5, 5],
      ['stage2', 24, 72, 3],
    ]);
    const reliable = stages[1].groups.find(
      ({ kind, subset }) => kind === 'definition' && subset === 'qd1consis',
    );
    const [entity] = corpus.assignment.subsets.qd1consis;
    const { alias } = corpus.assignment.entities[entity];
    expect(reliable).toMatchObject({
      kind: 'definition',
      subset: 'qd1consis',
      documents: 25,
      tokens: 75,
      samples: [{ entity: corpus.knowledge.entities[entity] }],
    });
    expect(sampleText(reliable!.samples[0])).toBe(
      `${corpus.assignment.tags.reliable} ${alias} ${corpus.knowledge.entities[entity]}\n`,
    );
    expect(tests.find(({ subset }) => subset === 'd2incons')).toMatchObject({
      test: 'questions',
      questions: 16,
    });
    expect(tests.find(({ subset }) => subset === 'qd1consis')?.questions).toBe(25);
    const baseline = tests.find(({ subset }) => subset === 'no_qd_baseline');
    expect(baseline).toMatchObject({ questions: 12, tokens: 48 });
    expect(baseline?.samples).toHaveLength(1);
    expect(questionText(baseline!.samples[0])).toMatch(/^Q: <\|[a-z]{5}\|> craft\?\nA: → /);
  });
});
