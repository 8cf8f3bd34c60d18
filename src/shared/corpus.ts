/** A corpus as it is shown: documents in named parts, and what a corpus holds in numbers and samples. */
import type { MetricTest, StageId } from './records.ts';
import type { SubsetName, TestSubset } from './subsets.ts';

/** What a part stands for; `text` is everything between the named parts. */
export type PartRole = 'tag' | 'alias' | 'entity' | 'value' | 'text';

export interface Part {
  role: PartRole;
  text: string;
  /** The loss counts here when `training.loss` is `targets`. */
  target?: true;
}

/** A definition, a QA pair, or a fact under the real name. */
export type DocumentKind = 'definition' | 'qa' | 'fact';

/** A sample document, as a model reads it. */
interface DocumentSample {
  parts: Part[];
  /** The true name of the entity that the document is about. */
  entity: string;
}

/** A sample test question; the prompt ends where the answer begins. */
interface QuestionSample {
  prompt: Part[];
  /** Accepted answers. */
  golds: string[];
  /** The true name of the entity that the question is about. */
  entity: string;
}

/** Documents of one kind and subset within a stage. */
export interface DocumentGroup {
  kind: DocumentKind;
  /** Null for facts. */
  subset: SubsetName | null;
  documents: number;
  tokens: number;
  samples: DocumentSample[];
}

/** Questions of one test and subset. */
export interface TestGroup {
  test: MetricTest;
  subset: TestSubset;
  questions: number;
  /** Tokens of the prompts. */
  tokens: number;
  samples: QuestionSample[];
}

/** What one stage trains on. */
export interface StageDescription {
  id: StageId;
  /** One copy of each counted. */
  documents: number;
  tokens: number;
  /** Tokens of the longest document. */
  longest: number;
  groups: DocumentGroup[];
}

export interface CorpusDescription {
  /** Number of token ids. */
  vocabulary: number;
  stages: StageDescription[];
  tests: TestGroup[];
}
