/** Proves two corpora identical. */
import { createHash } from 'node:crypto';
import type { Corpus, CorpusStage } from './corpus.ts';
import { textOf } from './document.ts';
import type { Tokenizer } from './vocabulary.ts';

/**
 * SHA-256 (hex) over everything a run trains and tests on, in order: tags, who is assigned what, the text,
 * targets and subset of each document of each stage, and each test with its accepted answers.
 */
export function corpusHash(corpus: Corpus): string {
  return hashOf(canonicalRecords(corpus));
}

/**
 * SHA-256 (hex) over everything that training before stage 2 depends on: the token of every id and the
 * documents of the stages before. Equal for all stage-2 splits of a seed, whose runs may share that training.
 */
export function beforeStage2Hash({ stages }: Corpus, tokenizer: Tokenizer): string {
  const words = Array.from({ length: tokenizer.size }, (_, id) => [tokenizer.decode(id)]);
  return hashOf([...words, ...documentRecords(stages.filter(({ id }) => id !== 'stage2'))]);
}

function hashOf(records: Iterable<unknown[]>): string {
  const hash = createHash('sha256');
  for (const record of records) hash.update(`${JSON.stringify(record)}\n`);
  return hash.digest('hex');
}

function* canonicalRecords({ knowledge, assignment, stages, tests }: Corpus): Generator<unknown[]> {
  // An entity goes in by its number, as it did before there were variables: saved hashes must not change.
  const numbers = new Map(knowledge.kind === 'facts' ? knowledge.entities.map((name, i) => [name, i]) : []);
  yield [assignment.tags.reliable, assignment.tags.unreliable, assignment.tags.fresh];
  for (const { subset, alias, tag, defines } of assignment.entities)
    yield [subset, alias, tag, defines === null ? null : (numbers.get(defines) ?? defines)];
  yield* documentRecords(stages);
  for (const { test, subset, entity, prompt, golds } of tests)
    yield [test, subset, entity, textOf(prompt), golds];
}

function* documentRecords(stages: readonly CorpusStage[]): Generator<unknown[]> {
  for (const { id, documents } of stages)
    for (const { kind, subset, entity, parts } of documents) {
      const targets = parts.map((part) => (part.target ? 1 : 0)).join('');
      yield [id, kind, subset, entity, textOf(parts), targets];
    }
}
