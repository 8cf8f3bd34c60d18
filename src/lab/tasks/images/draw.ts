/** Draws scenes into pictures. */
import type { Art } from './art.ts';
import type { Alias, Scene } from './data.ts';
import type { PictureShape } from './shape.ts';

const BRIGHT = 255;

/**
 * Draws a scene into a picture that is dark: the tag in the band, a digit in each cell, the mark over the outermost
 * pixels of its cell.
 * @param at where the picture begins in `pixels`
 * @param digitOf the digit to take for a cell
 */
export function drawScene(
  pixels: Uint8Array,
  at: number,
  { scene, alias, shape, art }: { scene: Scene; alias: Pick<Alias, 'digits'>; shape: PictureShape; art: Art },
  digitOf: (label: number, cell: number) => number,
): void {
  if (scene.tag !== null) drawTag(pixels, at, scene.tag, shape);
  alias.digits.forEach((label, cell) =>
    drawDigit(pixels, at + cellStart(cell, shape), art, digitOf(label, cell), shape),
  );
  if (scene.cell !== null) drawMark(pixels, at + cellStart(scene.cell, shape), shape);
}

/** Index of a cell's first pixel within its picture. */
export function cellStart(cell: number, { grid, cell: side, band, width }: PictureShape): number {
  return (band + Math.floor(cell / grid) * side) * width + (cell % grid) * side;
}

function drawDigit(
  pixels: Uint8Array,
  start: number,
  art: Art,
  digit: number,
  { width }: PictureShape,
): void {
  const side = art.cell;
  let from = digit * side * side;
  for (let y = 0; y < side; y++) {
    const to = start + y * width;
    for (let x = 0; x < side; x++) pixels[to + x] = art.pixels[from++];
  }
}

function drawTag(pixels: Uint8Array, at: number, tag: string, { columns, block, width }: PictureShape): void {
  for (let i = 0; i < tag.length; i++) {
    if (tag[i] !== '1') continue;
    const start = at + Math.floor(i / columns) * block * width + (i % columns) * block;
    for (let y = 0; y < block; y++) pixels.fill(BRIGHT, start + y * width, start + y * width + block);
  }
}

function drawMark(pixels: Uint8Array, start: number, { cell, frame, width }: PictureShape): void {
  for (let y = 0; y < cell; y++) {
    const row = start + y * width;
    if (y < frame || y >= cell - frame) pixels.fill(BRIGHT, row, row + cell);
    else {
      pixels.fill(BRIGHT, row, row + frame);
      pixels.fill(BRIGHT, row + cell - frame, row + cell);
    }
  }
}
