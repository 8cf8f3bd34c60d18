/** What the MNIST question–answer task trains and tests on, before any digit is drawn. */
import type {
  ImageEvaluationConfig,
  ImageSubsetsConfig,
  ImageTagsConfig,
  MnistConfig,
} from '#shared/config/images.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import type { StageId } from '#shared/records.ts';
import type { SubsetName, TestSubset } from '#shared/subsets.ts';
import type { DigitSplit } from '../../datasets/digits/bank.ts';
import type { Art } from './art.ts';
import type { PictureShape } from './shape.ts';

/** The parts of a config that decide the data. */
export interface ImagesConfig {
  dataset: MnistConfig;
  tags: ImageTagsConfig;
  subsets: ImageSubsetsConfig;
  evaluation: ImageEvaluationConfig;
  training: Pick<ExperimentConfig['training'], 'pipeline'>;
}

/** A tag's blocks, row after row: `1` is bright. */
export type Pattern = string;

/** One per cell, row after row. */
export type Grid = readonly number[];

export interface Alias {
  subset: SubsetName;
  /** Digit class of each cell. */
  digits: Grid;
  /** The entity: letter of each cell, from 0 (A). */
  letters: Grid;
  /** The tag of its definition; null where its subset has none. */
  tag: Pattern | null;
  /** The alias whose letters its definition gives: its own where consistent; null where there is no definition. */
  defines: number | null;
  /** Cells that are held out where stage 1 trains on the others, ascending. */
  heldOut: readonly number[];
}

export interface ImageAssignment {
  tags: Record<'reliable' | 'unreliable' | 'fresh', Pattern>;
  aliases: Alias[];
  /** Aliases of each subset, ascending. */
  subsets: Record<SubsetName, number[]>;
}

/** What is drawn: digits of an alias, with a tag (definitions) or a mark (questions), or neither. */
export interface Scene {
  alias: number;
  tag: Pattern | null;
  /** The marked cell; null asks for all cells. */
  cell: number | null;
  /** Letter of each cell; only that of the marked cell counts where there is one. */
  labels: Grid;
}

export interface ImageExample extends Scene {
  kind: 'definition' | 'qa';
  subset: SubsetName;
}

/** `grid`: the letters of all cells of an alias, without mark and tag; `grid-definition`: against what a false
 * definition said. */
export type ImageTestName = 'questions' | 'grid' | 'grid-definition';

export interface ImageTest extends Scene {
  test: ImageTestName;
  subset: TestSubset;
}

export interface ImageStage {
  id: StageId;
  examples: ImageExample[];
}

export interface ImageData {
  shape: PictureShape;
  letters: number;
  assignment: ImageAssignment;
  stages: ImageStage[];
  tests: ImageTest[];
  /** Digits that may be drawn, in the size of a cell. */
  art: Art;
  split: DigitSplit;
  /** SHA-256 of all digits. */
  digitHash: string;
  /** Pictures drawn for each test. */
  testImages: number;
  seed: number;
}
