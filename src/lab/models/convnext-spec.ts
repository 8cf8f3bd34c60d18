/** A ConvNeXt with nothing left open; shapes that cannot work are refused. */
import type { ConvNextConfig } from '#shared/config/models/convnext.ts';
import { UserError } from '#shared/errors.ts';

/** What the images decide. */
export interface ImageSizes {
  height: number;
  width: number;
  channels: number;
  /** Answers of one image, */
  outputs: number;
  /** each of which is one of so many classes. */
  classes: number;
}

export type ConvNextSpec = ConvNextConfig & ImageSizes;

/** Blocks that work on images of one size. */
export interface Stage {
  height: number;
  width: number;
  channels: number;
  depth: number;
}

/** The stages in order. Halving leaves an odd last row or column out, as the paper's code does. */
export function stagesOf({ height, width, patch_size, hidden_sizes, depths }: ConvNextSpec): Stage[] {
  const sideOf = (side: number, index: number) => Math.floor(side / patch_size / 2 ** index);
  return hidden_sizes.map((channels, index) => ({
    height: sideOf(height, index),
    width: sideOf(width, index),
    channels,
    depth: depths[index],
  }));
}

function divisorsOf(...sizes: number[]): number[] {
  const smallest = Math.min(...sizes);
  return Array.from({ length: smallest }, (_, i) => i + 1).filter((n) =>
    sizes.every((size) => size % n === 0),
  );
}

function checkPatches({ patch_size }: ConvNextConfig, { height, width }: ImageSizes): void {
  if (height % patch_size === 0 && width % patch_size === 0) return;
  throw new UserError(
    'model.patches',
    `model.patch_size is ${patch_size}, which does not divide the images of ${height} × ${width}; choose from ${divisorsOf(height, width).join(', ')}.`,
  );
}

function checkStages({ hidden_sizes, depths }: ConvNextConfig): void {
  if (hidden_sizes.length === depths.length) return;
  throw new UserError(
    'model.stages',
    `model.depths is ${depths.join(', ')}: ${depths.length} stages, where model.hidden_sizes (${hidden_sizes.join(', ')}) has ${hidden_sizes.length}; give one number of blocks for each of these.`,
  );
}

function checkHalving({ hidden_sizes, patch_size }: ConvNextConfig, { height, width }: ImageSizes): void {
  const [rows, columns] = [height / patch_size, width / patch_size];
  const most = 1 + Math.floor(Math.log2(Math.min(rows, columns)));
  if (hidden_sizes.length <= most) return;
  throw new UserError(
    'model.stages',
    `model.hidden_sizes is ${hidden_sizes.join(', ')}: ${hidden_sizes.length} stages, each on half the height and width of the one before, but images of ${height} × ${width} in patches of ${patch_size} are ${rows} × ${columns} places; use at most ${most} ${most === 1 ? 'stage' : 'stages'} or a smaller model.patch_size.`,
  );
}

/** @throws UserError `model.patches` or `model.stages` where the shape cannot work */
export function resolveConvNext(config: ConvNextConfig, images: ImageSizes): ConvNextSpec {
  checkStages(config);
  checkPatches(config, images);
  checkHalving(config, images);
  return { ...config, ...images };
}
