/** The data of a run together with exactly the files they were read from. */
import type { ExperimentConfig } from '#shared/config.ts';
import { UserError } from '#shared/errors.ts';
import type { DataFile, DatasetReport } from '#shared/records.ts';
import { dataFiles } from '../datasets/content.ts';
import { dataDifference } from '../datasets/same-files.ts';
import type { LoadOptions } from '../datasets/source-file.ts';
import { kindOf } from './index.ts';
import type { Task } from './task.ts';

export interface Pinned {
  /** What reading the data kept and left out, and the files. */
  report: DatasetReport & { files: DataFile[] };
  /** Builds the task of the seed. @throws UserError where tags, fractions or sizes do not fit the data */
  build: (config: ExperimentConfig) => Task;
}

/**
 * Loads data and hashes their files, before and after: what was read is what was hashed.
 * @param expected looks at the files before they are read, and throws where they are not those
 * @throws UserError `data.changing` where a file was written meanwhile; as the kind's `load`
 */
export async function loadPinned(
  config: ExperimentConfig,
  seed: number,
  options: LoadOptions = {},
  expected: (files: readonly DataFile[]) => void = () => {},
): Promise<Pinned> {
  const kind = kindOf(config);
  const { progress, ...quiet } = options;
  const half = (from: number) => ({ ...quiet, progress: (share: number) => progress?.(from + share / 2) });
  const files = await dataFiles(kind.paths(config), half(0));
  expected(files);
  const data = await kind.load(config, seed, files.length > 0 ? half(0.5) : options);
  const difference = dataDifference(files, await dataFiles(kind.paths(config), quiet));
  if (difference === null)
    return { report: { ...data.report, files }, build: (own) => kind.build(own, data, seed) };
  throw new UserError(
    'data.changing',
    `dataset.path: it was written while it was read: ${difference}; wait until it is complete, and start again`,
  );
}
