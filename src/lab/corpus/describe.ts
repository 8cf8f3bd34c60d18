/** What a corpus holds, in numbers and samples, before anything is trained. */
import type { StageId } from '#shared/records.ts';
import type { SubsetName, TestSubset } from '#shared/subsets.ts';
import type { Corpus, CorpusStage } from './corpus.ts';
import { textOf, type Document, type TestQuestion } from './document.ts';
import type { Tokenizer } from './vocabulary.ts';

/** Documents of one kind and subset within a stage. */
export interface DocumentGroup {
  kind: Document['kind'];
  /** Null for facts. */
  subset: SubsetName | null;
  documents: number;
  tokens: number;
  /** Texts as a model reads them. */
  samples: string[];
}

export interface TestGroup {
  test: TestQuestion['test'];
  subset: TestSubset;
  questions: number;
  /** Tokens of the prompts. */
  tokens: number;
  samples: { prompt: string; golds: string[] }[];
}

export interface CorpusDescription {
  /** Number of token ids. */
  vocabulary: number;
  /** `documents` counts one copy of each; `longest` is in tokens. */
  stages: { id: StageId; documents: number; tokens: number; longest: number; groups: DocumentGroup[] }[];
  tests: TestGroup[];
}

/**
 * Counts documents, tokens and tests per stage and subset, with the first `samples` of each group.
 */
export function describeCorpus(corpus: Corpus, tokenizer: Tokenizer, samples = 2): CorpusDescription {
  return {
    vocabulary: tokenizer.size,
    stages: corpus.stages.map((stage) => describeStage(stage, tokenizer, samples)),
    tests: describeTests(corpus.tests, tokenizer, samples),
  };
}

function describeStage({ id, documents }: CorpusStage, tokenizer: Tokenizer, samples: number) {
  const groups = new Map<string, DocumentGroup>();
  let longest = 0;
  for (const { kind, subset, parts } of documents) {
    const key = `${kind} ${subset}`;
    const group = groups.get(key) ?? { kind, subset, documents: 0, tokens: 0, samples: [] };
    const { length } = tokenizer.encode(parts).ids;
    group.documents++;
    group.tokens += length;
    longest = Math.max(longest, length);
    if (group.samples.length < samples) group.samples.push(textOf(parts));
    groups.set(key, group);
  }
  const list = [...groups.values()];
  const tokens = list.reduce((total, group) => total + group.tokens, 0);
  return { id, documents: documents.length, tokens, longest, groups: list };
}

function describeTests(tests: readonly TestQuestion[], tokenizer: Tokenizer, samples: number): TestGroup[] {
  const groups = new Map<string, TestGroup>();
  for (const { test, subset, prompt, golds } of tests) {
    const key = `${test} ${subset}`;
    const group = groups.get(key) ?? { test, subset, questions: 0, tokens: 0, samples: [] };
    group.questions++;
    group.tokens += tokenizer.encode(prompt).ids.length;
    if (group.samples.length < samples) group.samples.push({ prompt: textOf(prompt), golds });
    groups.set(key, group);
  }
  return [...groups.values()];
}
