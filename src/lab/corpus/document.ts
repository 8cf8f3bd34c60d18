/**
 * Documents are readable text first, tokens second: a document is a list of parts whose texts join to
 * exactly what a model reads. A tokenizer may treat named parts as units (word-level vocabulary) or join
 * the text and split it its own way.
 */
import type { SubsetName, TestSubset } from '#shared/subsets.ts';
import type { DocumentKind, Part, PartRole } from '#shared/corpus.ts';
import type { MetricTest } from '#shared/records.ts';

export type { Part, PartRole };

/** Makes prompts `Q: QUESTION\nA:` about a subject; the fixed parts are shared between prompts. */
export type Prompt = (subject: Part) => Part[];

/** A question with its accepted answers, the first of which is trained on. */
export interface Question {
  prompt: Prompt;
  golds: string[];
  /** What is asked for: the name of an attribute, or the wording of a test. */
  attribute: string;
}

/** One training text. */
export interface Document {
  kind: DocumentKind;
  /** Null for stage-0 facts. */
  subset: SubsetName | null;
  /** Index of the entity that the document's alias (or name) stands for. */
  entity: number;
  parts: Part[];
}

/** One test question: the prompt ends where the answer begins. */
export interface TestQuestion {
  test: MetricTest;
  subset: TestSubset;
  entity: number;
  prompt: Part[];
  /** Accepted answers; the first is the one whose loss is measured. */
  golds: string[];
}

/** A test question of a corpus, and what it is about. */
export interface AskedQuestion extends TestQuestion {
  /** What is asked, whatever the alias is. */
  question: Question;
  /** Whose alias or name it is asked under. */
  named: number;
}

/** The text that a list of parts reads as. */
export function textOf(parts: readonly Part[]): string {
  return parts.map((part) => part.text).join('');
}

/** A text in two: the answer begins with the part that the loss counts at, a value or the last word of a definition. */
export function splitAtAnswer(parts: readonly Part[]): { question: Part[]; answer: Part[] } {
  const at = parts.findIndex(({ target }) => target);
  const before = at < 0 ? parts.length : at;
  return { question: parts.slice(0, before), answer: parts.slice(before) };
}
