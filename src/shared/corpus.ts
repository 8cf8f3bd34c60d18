/** A corpus as it is shown: documents in named parts, and what a corpus holds in numbers and samples. */
import type { MetricTest, StageId } from './records.ts';
import type { SubsetName, TagRole, TestSubset } from './subsets.ts';

/** What a part stands for; `text` is everything between the named parts. */
export type PartRole = 'tag' | 'alias' | 'entity' | 'value' | 'text';

export interface Part {
  role: PartRole;
  text: string;
  /** The loss counts here when `training.loss` is `targets`. */
  target?: true;
}

/** A token of a sample, as its model reads it. */
export interface SampleToken {
  id: number;
  /** A space as a space; bytes that are no whole character as `<0xE2>`. */
  text: string;
  /** Of the part it belongs to; of a question's answer, or what a model puts around every text. */
  role: PartRole | 'answer' | 'special';
}

/** What of a model's data a person is shown. */
export type Sample = DocumentSample | PictureSample | PointSample;

export type TestSample = QuestionSample | PictureSample | PointSample;

/** A definition, a QA pair, or a fact under the real name. */
export type DocumentKind = 'definition' | 'qa' | 'fact';

/** A picture as a model sees it, with its answer. */
export interface PictureSample {
  /** One byte a pixel, row after row, 0 (dark) to 255. */
  picture: { base64: string; width: number; height: number };
  /** Which tag is drawn; null for none. */
  tag: TagRole | null;
  /** The marked cell, from 0; null for none. */
  marked: { row: number; column: number } | null;
  /** The letter of the marked cell, or all of them, rows divided by ` / `. */
  answer: string;
  caption: string;
}

/** A point of the toy regression. */
interface PointSample {
  /** `circle 31 205, output 4: 0.213`. */
  point: string;
}

/** Points on two step functions as they can be drawn, for the first of the outputs. */
export interface PointsPicture {
  /** x runs from 0 to below this. */
  max_x: number;
  /** Outputs that there are. */
  outputs: number;
  /** Of each output that is drawn, from the first. */
  drawn: OutputPicture[];
}

/** What can be drawn of one output. Of points that would cover one another the first stands for all. */
export interface OutputPicture {
  /** x from which each step holds. */
  starts: number[];
  /** The true function, and the one of false definitions. */
  y1: number[];
  y2: number[];
  training: DrawnPoint[];
  tests: DrawnPoint[];
  /** What a run answered where it was tested, in place of what is true. */
  answers?: DrawnPoint[];
}

export interface DrawnPoint {
  x: number;
  y: number;
  subset: SubsetName;
  /** Circles are questions with their answer, triangles carry tag 1, squares tag 2. */
  shape: 'circle' | 'triangle' | 'square';
}

/** A sample document, as a model reads it. */
interface DocumentSample {
  parts: Part[];
  tokens: SampleToken[];
  /** The true name of the entity that the document is about. */
  entity: string;
}

/** A sample test question; the prompt ends where the answer begins. */
interface QuestionSample {
  prompt: Part[];
  /** Accepted answers. */
  golds: string[];
  /** Of the prompt and the first accepted answer. */
  tokens: SampleToken[];
  /** The true name of the entity that the question is about. */
  entity: string;
}

/** Documents of one kind and subset within a stage. */
export interface DocumentGroup {
  kind: DocumentKind;
  /** Null for facts. */
  subset: SubsetName | null;
  documents: number;
  /** Null where nothing is made of tokens. */
  tokens: number | null;
  samples: Sample[];
}

/** Questions of one test and subset. */
export interface TestGroup {
  test: MetricTest;
  subset: TestSubset;
  questions: number;
  /** Tokens of the prompts; null where there are none. */
  tokens: number | null;
  samples: TestSample[];
}

/** What one stage trains on. */
export interface StageDescription {
  id: StageId;
  /** One copy of each counted. */
  documents: number;
  tokens: number | null;
  /** Tokens of the longest document. */
  longest: number | null;
  groups: DocumentGroup[];
}

export interface CorpusDescription {
  /** Number of token ids, or of letters that answers are made of; null for points. */
  vocabulary: number | null;
  stages: StageDescription[];
  tests: TestGroup[];
}

/** The first entities of a dataset of any kind. */
export interface EntityTable {
  /** Attributes with their questions; variables have questions of their own instead, trained on or held out. */
  columns: { name: string; question: string | null }[];
  rows: { entity: string; cells: string[] }[];
}

/** The data of one seed, as a person is shown them. */
export interface TaskDescription extends CorpusDescription {
  entities: number;
  attributes: { name: string; question: string }[];
  /** The first entities with what is asked about them. */
  table: EntityTable;
  /** The data as one picture, where they can be drawn as one. */
  picture?: PointsPicture;
  /** The tags as they will be, drawn ones included. */
  tags: Record<'reliable' | 'unreliable' | 'fresh', string>;
}
