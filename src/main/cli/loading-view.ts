/** Says how far the reading of a large dataset is, on standard error. */
import { datasetCache } from '../experiments/data-files.ts';
import type { LoadOptions } from '#lab/datasets/source-file.ts';
import { statusLine } from './status-line.ts';

/** What commands load datasets with: the cache of the data folder, and progress as it comes. */
export function loadingOptions(): LoadOptions {
  const line = statusLine();
  const progress = (share: number) => {
    if (share < 1) line.show(() => `reading the dataset: ${Math.floor(100 * share)}%`);
    else line.clear();
  };
  return { cache: datasetCache(), progress };
}
