/** What is kept of an evaluation beside its scores: the questions of a seed, and what was answered to each. */
import type { DocumentKind, Part, PictureSample } from './corpus.ts';
import type { MetricTest, StageId } from './records.ts';
import type { SubsetName, TestSubset } from './subsets.ts';

/** Something that is asked about: an alias of texts or pictures, a cluster of points. */
export interface Thing {
  /** What stands for the entity in questions; null where they give its real name. */
  alias: string | null;
  /** What it really stands for. */
  entity: string;
  subset: SubsetName;
  /** What its definition carries, and whom it names; null where it has none. */
  tag: string | null;
  defines: string | null;
}

/** A question of one seed, in words. */
export interface KeptQuestion {
  test: MetricTest;
  subset: TestSubset;
  thing: Thing;
  /** Whom the question is about: the thing's own entity, but for swapped aliases. */
  entity: string;
  /** What is asked of it: an attribute, the wording of a test, a cell, an output. */
  attribute: string;
  /** The question with `{entity}` where the alias or name goes. */
  wording: string;
  /** Accepted answers. */
  golds: readonly string[];
  /** What would be right if the definition were true; null where there is none, or that is not known. */
  said: readonly string[] | null;
  /** Tokens of the first accepted answer; null where answers are not made of tokens. */
  tokens: number | null;
  /** The answer as a number, where it is one. */
  value?: number;
}

/** The questions of a seed's tests in their order, with everything that repeats kept once. */
export interface QuestionTable {
  things: Thing[];
  tests: MetricTest[];
  subsets: TestSubset[];
  entities: string[];
  attributes: string[];
  wordings: string[];
  golds: (readonly string[])[];
  /** A number for each question: its place in the lists above; -1 for none. */
  rows: Record<'thing' | 'test' | 'subset' | 'entity' | 'attribute' | 'wording' | 'gold' | 'said', number[]>;
  tokens: number[] | null;
  values: number[] | null;
}

/** What was answered to the questions of a table, in their order. */
export interface GivenAnswers {
  /** The different answers, as they were scored; none where answers are numbers. */
  texts: string[];
  /** Place of each answer in `texts`. */
  given: Uint32Array;
  /** 1 where an answer is right; null where answers are numbers. */
  right: Uint8Array | null;
  /** Mean negative log-likelihood of the accepted answer's tokens, in nats; null where it is not measured. */
  losses: Float32Array | null;
  /** The answers, where they are numbers. */
  values: Float32Array | null;
}

/** Answers of an evaluation as they are stored: opaque bytes (`src/lab/answers/codec.ts`). */
export interface StoredAnswers {
  questions: Uint8Array;
  answers: Uint8Array;
}

/** A training example about a thing, as a person is shown it. */
export interface Example {
  stage: StageId;
  kind: DocumentKind;
  /** Null for facts. */
  subset: SubsetName | null;
  shown: { parts: Part[] } | { picture: PictureSample } | { point: string };
}
