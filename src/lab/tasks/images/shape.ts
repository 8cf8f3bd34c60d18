/** Where everything stands in a picture: a band for the tag above a grid of square cells. */
import { UserError } from '#shared/errors.ts';
import type { ImageTagsConfig, MnistConfig } from '#shared/config/images.ts';

/** Sizes in pixels where nothing else is said. */
export interface PictureShape {
  height: number;
  width: number;
  /** N: cells in a row and in a column. */
  grid: number;
  /** Side of a cell. */
  cell: number;
  /** Blocks of a tag. */
  columns: number;
  rows: number;
  /** Side of a block. */
  block: number;
  /** Height of the band above the grid. */
  band: number;
  /** Width of the frame that marks a cell, on the cell's own outermost pixels. */
  frame: number;
}

/** Blocks of one pixel would be lost in the first convolution. */
const SMALLEST_BLOCK = 2;
/** Cells from this side on get a frame of two pixels. */
const WIDE_FRAME_FROM = 20;

/**
 * The sizes of a picture.
 * @throws UserError `tags.columns` where the blocks of a tag do not fit above the grid
 */
export function pictureShape(
  { grid, cell_size }: Pick<MnistConfig, 'grid' | 'cell_size'>,
  { columns, rows }: Pick<ImageTagsConfig, 'columns' | 'rows'>,
): PictureShape {
  const width = grid * cell_size;
  const block = Math.floor(width / columns);
  if (block < SMALLEST_BLOCK)
    throw new UserError(
      'tags.columns',
      `tags.columns: ${columns} blocks do not fit above a grid of ${width} pixels, ${SMALLEST_BLOCK} each at least; set it to ${Math.floor(width / SMALLEST_BLOCK)} or less, or raise dataset.cell_size`,
    );
  const band = rows * block;
  const frame = cell_size >= WIDE_FRAME_FROM ? 2 : 1;
  return { height: band + width, width, grid, cell: cell_size, columns, rows, block, band, frame };
}
