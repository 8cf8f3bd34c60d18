/** Says how far the reading of a large dataset is, on standard error. */
import { datasetCache } from '../experiments/data-files.ts';
import type { LoadOptions } from '#lab/datasets/source-file.ts';
import { note } from './output.ts';

/** Milliseconds between two remarks where there is no terminal; small files end before the first. */
const LINE_EVERY = 5000;
const REDRAW_EVERY = 200;

/** What commands load datasets with: the cache of the data folder, and progress as it comes. */
export function loadingOptions(): LoadOptions {
  const terminal = process.stderr.isTTY;
  const every = terminal ? REDRAW_EVERY : LINE_EVERY;
  let last = performance.now();
  const progress = (share: number) => {
    const now = performance.now();
    if (now - last < every) return;
    last = now;
    const text = `reading the dataset: ${Math.floor(100 * share)}%`;
    if (terminal) process.stderr.write(share < 1 ? `\r${text}` : `\r${' '.repeat(text.length)}\r`);
    else note(text);
  };
  return { cache: datasetCache(), progress };
}
