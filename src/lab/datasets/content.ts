/** The files of a dataset with the hash of their content. */
import { stat } from 'node:fs/promises';
import type { DatasetConfig } from '#shared/config.ts';
import type { DataFile } from '#shared/records.ts';
import { contentHash } from './cache.ts';
import { sizeOfFile } from './csv-file.ts';
import { locateCvdb } from './cvdb.ts';
import type { LoadOptions } from './source-file.ts';
import { locateTrex } from './trex.ts';

/**
 * The files that a dataset is read from, in order; none for one that is made.
 * @throws UserError `dataset.*` where they are missing or cannot be read; the signal's reason when it aborts
 */
export async function dataFiles(config: DatasetConfig, options: LoadOptions = {}): Promise<DataFile[]> {
  const files: DataFile[] = [];
  const paths = pathsOf(config);
  for (const [i, path] of paths.entries()) {
    const progress = (share: number) => options.progress?.((i + share) / paths.length);
    files.push(await dataFile(path, { ...options, progress }));
  }
  return files;
}

function pathsOf(config: DatasetConfig): string[] {
  switch (config.kind) {
    case 'csv':
      return [config.path];
    case 'cvdb':
      return [locateCvdb(config.path)];
    case 'trex':
      return locateTrex(config.path);
    default:
      return [];
  }
}

async function dataFile(path: string, options: LoadOptions): Promise<DataFile> {
  const bytes = await sizeOfFile(path);
  const modified = (await stat(path)).mtime.toISOString();
  return { path, bytes, modified, sha256: await contentHash(path, options) };
}
