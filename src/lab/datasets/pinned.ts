/** A dataset together with exactly the files it was read from. */
import type { DatasetConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import type { DataFile } from '#shared/records.ts';
import { dataFiles } from './content.ts';
import { loadDataset } from './index.ts';
import type { KnowledgeBase } from './knowledge-base.ts';
import { dataDifference } from './same-files.ts';
import type { LoadOptions } from './source-file.ts';

export interface Pinned {
  knowledge: KnowledgeBase;
  files: DataFile[];
}

/**
 * Loads a dataset and hashes its files, before and after: what was read is what was hashed.
 * @param expected looks at the files before they are read, and throws where they are not those
 * @throws UserError `data.changing` where a file was written meanwhile; as `loadDataset`
 */
export async function loadPinned(
  config: DatasetConfig,
  seed: number,
  options: LoadOptions = {},
  expected: (files: readonly DataFile[]) => void = () => {},
): Promise<Pinned> {
  const { progress, ...quiet } = options;
  const half = (from: number) => ({ ...quiet, progress: (share: number) => progress?.(from + share / 2) });
  const files = await dataFiles(config, half(0));
  expected(files);
  const knowledge = await loadDataset(config, seed, files.length > 0 ? half(0.5) : options);
  const difference = dataDifference(files, await dataFiles(config, quiet));
  if (difference === null) return { knowledge, files };
  throw new UserError(
    'data.changing',
    `dataset.path: it was written while it was read: ${difference}; wait until it is complete, and start again`,
  );
}
