/**
 * What every dataset turns into: named entities and their facts. Tags, subsets and documents are built
 * on this type alone.
 */

export interface Attribute {
  /** Column or attribute name, unique. */
  name: string;
  /** Question with `{entity}` where the name or alias goes, for example `When was {entity} born?`. */
  question: string;
}

/** What was read and what was left out, never silently. */
export interface LoadReport {
  rowsRead: number;
  rowsKept: number;
  /** Dropped rows (or cells) by reason, in plain words, with one example each. */
  dropped: { reason: string; count: number; example: string }[];
}

export interface KnowledgeBase {
  /** Unique names; an entity is its index here. */
  entities: string[];
  attributes: Attribute[];
  /** `facts[entity][attribute]`: accepted answers, the first of which is trained on; empty where unknown. */
  facts: string[][][];
  report: LoadReport;
}
