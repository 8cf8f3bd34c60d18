import { describe, expect, it } from 'vitest';
import { languageSchema } from '#shared/config/language.ts';
import { loadDataset } from '../datasets/index.ts';
import { buildCorpus } from './build.ts';
import type { Corpus } from './corpus.ts';
import { corpusHash } from './hash.ts';

async function example(): Promise<Corpus> {
  const config = languageSchema.parse({ dataset: { kind: 'world', n_entities: 100 } });
  return buildCorpus(config, await loadDataset(config.dataset, 0), 0);
}

const CHANGES: Record<string, (corpus: Corpus) => void> = {
  'a tag': ({ assignment }) => void (assignment.tags.fresh = 'x'),
  'a subset': ({ assignment }) => void (assignment.entities[3].subset = 'qd4consis'),
  'an alias': ({ assignment }) => void (assignment.entities[3].alias = 'x'),
  'the tag of an entity': ({ assignment }) => void (assignment.entities[3].tag = 'x'),
  'who is defined as whom': ({ assignment }) => void (assignment.entities[3].defines = 'x'),
  'the order of documents': ({ stages }) => void stages[0].documents.reverse(),
  'a document less': ({ stages }) => void stages[0].documents.pop(),
  'a document in another stage': ({ stages }) =>
    void stages[1].documents.unshift(...stages[0].documents.splice(-1)),
  'a target': ({ stages: [{ documents }] }) => void (documents[0].parts[0].target = true),
  'a text': ({ stages: [{ documents }] }) => void (documents[0].parts[0].text = 'x'),
  'a prompt': ({ tests }) => void (tests[5].prompt[0] = { role: 'text', text: 'x' }),
  'an accepted answer': ({ tests }) => void (tests[5].golds = [...tests[5].golds, 'x']),
  'the subset of a test': ({ tests }) => void (tests[5].subset = 'd2incons'),
};

describe('corpusHash', () => {
  it.each(Object.entries(CHANGES))('changes with %s', async (_, change) => {
    const corpus = await example();
    const before = corpusHash(corpus);
    change(corpus);
    expect(corpusHash(corpus)).not.toBe(before);
    expect(corpusHash(await example())).toBe(before);
  });
});
