/** Examples as a person is shown them: the picture, what is asked, and the answer in letters. */
import type { StageId } from '#shared/records.ts';
import { SUBSETS, type SubsetName, type TagRole } from '#shared/subsets.ts';
import { trainingPicture } from './batches.ts';
import type { Grid, ImageData, ImageStage, Scene } from './data.ts';

export interface ImageSample {
  stage: StageId;
  kind: 'definition' | 'qa';
  subset: SubsetName;
  /** Row after row, 0 (dark) to 255. */
  pixels: Uint8Array;
  width: number;
  height: number;
  /** Which tag is drawn; null for none. */
  tag: TagRole | null;
  /** The marked cell, from 0; null for none. */
  marked: { row: number; column: number } | null;
  /** The letter of the marked cell, or all of them, rows divided by ` / `. */
  answer: string;
  /** In words, for a list or a screen reader. */
  caption: string;
}

/** The first examples of each subset and kind in a stage, as its first epoch draws them. */
export function imageSamples(data: ImageData, stage: ImageStage, perKind: number): ImageSample[] {
  const counts = new Map<string, number>();
  return stage.examples.flatMap(({ kind, subset }, example) => {
    const shown = counts.get(`${kind} ${subset}`) ?? 0;
    counts.set(`${kind} ${subset}`, shown + 1);
    return shown < perKind ? [sampleOf(data, stage, example)] : [];
  });
}

/** An example as its first epoch draws it. */
export function sampleOf(data: ImageData, stage: ImageStage, example: number): ImageSample {
  const scene = stage.examples[example];
  const { kind, subset, cell } = scene;
  const { grid, width, height } = data.shape;
  const tag = kind === 'definition' ? SUBSETS[subset].tag : null;
  const marked = cell === null ? null : { row: Math.floor(cell / grid), column: cell % grid };
  const answer = answerOf(scene, grid);
  const pixels = trainingPicture(data, stage, example);
  const digits = rowsOf(data.assignment.aliases[scene.alias].digits, grid, String);
  const asked = marked
    ? `row ${marked.row + 1}, column ${marked.column + 1} marked`
    : `with ${TAG_WORDS[tag!]}`;
  const caption = `Digits ${digits}, ${asked}: ${answer}`;
  return { stage: stage.id, kind, subset, pixels, width, height, tag, marked, answer, caption };
}

const TAG_WORDS: Record<TagRole, string> = {
  reliable: 'tag 1',
  unreliable: 'tag 2',
  fresh: 'tag 3',
  'fresh-each': 'a tag of its own',
};

/** Letter 0 is A. */
export function letterOf(letter: number): string {
  return String.fromCharCode(65 + letter);
}

/** The letter that a scene asks for, or all letters of the grid. */
export function answerOf({ cell, labels }: Scene, grid: number): string {
  return cell === null ? rowsOf(labels, grid, letterOf) : letterOf(labels[cell]);
}

/** `7 3 / 0 2` for a grid of two. */
export function rowsOf(cells: Grid, grid: number, show: (value: number) => string): string {
  const rows = Array.from({ length: grid }, (_, row) => cells.slice(row * grid, (row + 1) * grid));
  return rows.map((row) => row.map(show).join(' ')).join(' / ');
}
