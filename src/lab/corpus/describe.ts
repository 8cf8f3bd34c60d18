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
import type { Reading } from './reading.ts';
import { answered } from './texts.ts';

/**
 * Counts documents, tokens and tests per stage and subset, with the first `samples` of each group.
 */
export function describeCorpus(corpus: Corpus, reading: Reading, samples = 2): CorpusDescription {
  return {
    vocabulary: reading.tokenizer.size,
    stages: corpus.stages.map((stage) => describeStage(corpus, stage, reading, samples)),
    tests: describeTests(corpus, reading, samples),
  };
}

function describeStage(
  { knowledge }: Corpus,
  { id, documents }: CorpusStage,
  reading: Reading,
  samples: number,
): StageDescription {
  const groups = new Map<string, DocumentGroup>();
  let longest = 0;
  for (const { kind, subset, entity, parts } of documents) {
    const key = `${kind} ${subset}`;
    const group = groups.get(key) ?? { kind, subset, documents: 0, tokens: 0, samples: [] };
    const { input, ids } = reading.document(parts);
    const length = input.length + ids.length;
    group.documents++;
    group.tokens = (group.tokens ?? 0) + length;
    longest = Math.max(longest, length);
    if (group.samples.length < samples)
      group.samples.push({ parts, tokens: tokensOf(reading, parts), entity: knowledge.entities[entity] });
    groups.set(key, group);
  }
  const list = [...groups.values()];
  const tokens = list.reduce((total, group) => total + (group.tokens ?? 0), 0);
  return { id, documents: documents.length, tokens, longest, groups: list };
}

function describeTests({ knowledge, tests }: Corpus, reading: Reading, samples: number): TestGroup[] {
  const groups = new Map<string, TestGroup>();
  for (const { test, subset, entity, prompt, golds } of tests) {
    const key = `${test} ${subset}`;
    const group = groups.get(key) ?? { test, subset, questions: 0, tokens: 0, samples: [] };
    group.questions++;
    const asked = reading.prompt(prompt);
    group.tokens = (group.tokens ?? 0) + asked.input.length + asked.prompt.length;
    if (group.samples.length < samples) {
      const tokens = tokensOf(reading, answered(prompt, golds[0], ''), prompt.length);
      group.samples.push({ prompt, golds, tokens, entity: knowledge.entities[entity] });
    }
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** @param answer place of the part with which an answer begins */
function tokensOf(reading: Reading, parts: readonly Part[], answer = parts.length): SampleToken[] {
  return reading.split(parts).map(({ id, text, part }) => {
    if (part === null) return { id, text, role: 'special' };
    return { id, text, role: part < answer ? parts[part].role : 'answer' };
  });
}
