/** What a corpus is: who is assigned what, the training texts of each stage, and the test questions. */
import type { StageId } from '#shared/records.ts';
import type { KnowledgeBase } from '../datasets/knowledge-base.ts';
import type { Assignment } from '../tags/assignment.ts';
import type { DefinitionWords } from './definitions.ts';
import type { AskedQuestion, Document } from './document.ts';

export interface CorpusStage {
  id: StageId;
  /** One copy of each; `definition_repeats` applies when batching. */
  documents: Document[];
}

export interface Corpus<K extends KnowledgeBase = KnowledgeBase> {
  knowledge: K;
  assignment: Assignment;
  stages: CorpusStage[];
  tests: AskedQuestion[];
  definitionWords: DefinitionWords;
}
