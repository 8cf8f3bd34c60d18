/** Image experiments on made-up digits, small enough to be built in each test. */

import { imageEvaluation, imageSubsets, imageTags, mnistDataset } from '#shared/config/images.ts';
import { DIGIT_PIXELS, type DigitBank } from '#lab/datasets/digits/bank.ts';
import { buildImages } from '#lab/tasks/images/build.ts';
import type { ImageData, ImagesConfig } from '#lab/tasks/images/data.ts';

/** Every digit has one shade of its own, so that a picture tells which digits are in it. */
const COPIES = 12;
export const bank: DigitBank = {
  pixels: Uint8Array.from(
    { length: 10 * COPIES * DIGIT_PIXELS },
    (_, i) => 1 + 2 * Math.floor(i / DIGIT_PIXELS),
  ),
  labels: Uint8Array.from({ length: 10 * COPIES }, (_, i) => Math.floor(i / COPIES)),
  trained: null,
  source: { value: 'package', why: 'made up' },
};

export interface Changes {
  dataset?: object;
  tags?: object;
  subsets?: object;
  evaluation?: object;
  pipeline?: ImagesConfig['training']['pipeline'];
}

export function configOf({
  dataset,
  tags,
  subsets,
  evaluation,
  pipeline = 'two-stage',
}: Changes = {}): ImagesConfig {
  return {
    dataset: mnistDataset.parse({ kind: 'mnist', n_aliases: 200, ...dataset }),
    tags: imageTags.parse({ columns: 7, rows: 2, distance: 4, ...tags }),
    subsets: imageSubsets.parse({ ...subsets }),
    evaluation: imageEvaluation.parse({ ...evaluation }),
    training: { pipeline },
  };
}

/** The data of an experiment on made-up digits. */
export const build = (changes: Changes = {}, seed = 1): ImageData =>
  buildImages(configOf(changes), bank, seed);

/** Every subset has aliases. */
export const ALL = {
  fractions: {
    ...{ qd1consis: 0.1, qd2incons: 0.1, q: 0.1, qd1incons: 0.1, qd2consis: 0.1, qd4consis: 0.1 },
    ...{ d1consis: 0.1, d2consis: 0.1, d3consis: 0.1, no_qd_baseline: 0.1 },
  },
};
