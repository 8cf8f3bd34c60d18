/** What a corpus holds, in numbers and samples, before anything is trained. */
import type {
  CorpusDescription,
  DocumentGroup,
  SampleToken,
  StageDescription,
  TestGroup,
} from '#shared/corpus.ts';
import type { Corpus, CorpusStage } from './corpus.ts';
import type { Part } from './document.ts';
import { answered } from './texts.ts';
import type { Tokenizer } from './vocabulary.ts';

/**
 * Counts documents, tokens and tests per stage and subset, with the first `samples` of each group.
 */
export function describeCorpus(corpus: Corpus, tokenizer: Tokenizer, samples = 2): CorpusDescription {
  return {
    vocabulary: tokenizer.size,
    stages: corpus.stages.map((stage) => describeStage(corpus, stage, tokenizer, samples)),
    tests: describeTests(corpus, tokenizer, samples),
  };
}

function describeStage(
  { knowledge }: Corpus,
  { id, documents }: CorpusStage,
  tokenizer: Tokenizer,
  samples: number,
): StageDescription {
  const groups = new Map<string, DocumentGroup>();
  let longest = 0;
  for (const { kind, subset, entity, parts } of documents) {
    const key = `${kind} ${subset}`;
    const group = groups.get(key) ?? { kind, subset, documents: 0, tokens: 0, samples: [] };
    const { length } = tokenizer.encode(parts).ids;
    group.documents++;
    group.tokens = (group.tokens ?? 0) + length;
    longest = Math.max(longest, length);
    if (group.samples.length < samples)
      group.samples.push({ parts, tokens: tokensOf(tokenizer, parts), entity: knowledge.entities[entity] });
    groups.set(key, group);
  }
  const list = [...groups.values()];
  const tokens = list.reduce((total, group) => total + (group.tokens ?? 0), 0);
  return { id, documents: documents.length, tokens, longest, groups: list };
}

function describeTests({ knowledge, tests }: Corpus, tokenizer: Tokenizer, samples: number): TestGroup[] {
  const groups = new Map<string, TestGroup>();
  for (const { test, subset, entity, prompt, golds } of tests) {
    const key = `${test} ${subset}`;
    const group = groups.get(key) ?? { test, subset, questions: 0, tokens: 0, samples: [] };
    group.questions++;
    group.tokens = (group.tokens ?? 0) + tokenizer.encode(prompt).ids.length;
    if (group.samples.length < samples) {
      const tokens = tokensOf(tokenizer, answered(prompt, golds[0], ''), prompt.length);
      group.samples.push({ prompt, golds, tokens, entity: knowledge.entities[entity] });
    }
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** @param answer place of the part with which an answer begins */
function tokensOf(tokenizer: Tokenizer, parts: readonly Part[], answer = parts.length): SampleToken[] {
  return tokenizer.split(parts).map(({ id, text, part }) => {
    if (part === null) return { id, text, role: 'special' };
    return { id, text, role: part < answer ? parts[part].role : 'answer' };
  });
}
