/**
 * What every dataset turns into: who has which true value and which questions. Tags, subsets and documents
 * are built on these types alone.
 */
import type { DatasetReport } from '#shared/records.ts';
import type { Part } from '#shared/corpus.ts';

export interface Attribute {
  /** Column or attribute name, unique. */
  name: string;
  /** Question with `{entity}` where the name or alias goes, for example `When was {entity} born?`. */
  question: string;
}

/** What was read and what was left out, never silently: rows or cells by reason, with one example each. */
export type LoadReport = DatasetReport;

interface Base {
  /** What a true definition of each entity names; an entity is its index here. */
  entities: string[];
  /** The kinds of question there are. */
  attributes: Attribute[];
  report: LoadReport;
}

/** Named entities and their facts: one question per attribute, some of which are held out at random. */
export interface FactTable extends Base {
  kind: 'facts';
  /** `facts[entity][attribute]`: accepted answers, the first of which is trained on; empty where unknown. */
  facts: string[][][];
}

/** A question about a variable: everything after the variable, and the answer. */
export interface VariableQuestion {
  /** Parts are shared between questions: there are hundreds of thousands of these. */
  rest: readonly Part[];
  answer: string;
}

/** The questions of one variable. */
export interface VariableQuestions {
  /** Trained on in stage 1. */
  training: readonly VariableQuestion[];
  /** Asked where stage 1 trains on the others. */
  heldOut: readonly VariableQuestion[];
  /** Asked where stage 1 trains on none. */
  unseen: readonly VariableQuestion[];
}

/** How a dataset writes its aliases, tags, definitions and answers. */
export interface Writing {
  /** Aliases and drawn tags stand in `<|…|>`. */
  braces: boolean;
  /** Aliases and drawn tags are spelled with spaces between the letters, one token each. */
  spelled: boolean;
  /** Letters of a tag that is drawn. */
  tagLetters: number;
  /** Tags where the config names none; null draws them. */
  tags: { reliable: string; unreliable: string; fresh: string } | null;
  /** What stands between tag and alias, alias and value, and at the end of a definition. */
  definition: readonly [string, string, string];
  /** What ends a QA pair. */
  end: string;
}

/** Variables that stand for numbers, with training and test questions of their own (both from scratch). */
export interface VariableSet extends Base {
  kind: 'variables';
  /** What an inconsistent definition of each names; null permutes the values of a subset. */
  wrong: readonly string[] | null;
  questions: readonly VariableQuestions[];
  writing: Writing;
  /** Every word that values and questions are made of: the fixed part of the vocabulary. */
  words: readonly string[];
}

export type KnowledgeBase = FactTable | VariableSet;

/** Named entities are written as in the paper: `<|tag|> <|alias|> Entity`, each a line. */
export const PROSE: Writing = {
  braces: true,
  spelled: false,
  tagLetters: 6,
  tags: null,
  definition: [' ', ' ', '\n'],
  end: '\n',
};

/** How the documents of a knowledge base are written. */
export function writingOf(kb: KnowledgeBase): Writing {
  return kb.kind === 'variables' ? kb.writing : PROSE;
}
