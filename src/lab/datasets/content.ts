/** The files of a dataset with the hash of their content. */
import { stat } from 'node:fs/promises';
import type { DataFile } from '#shared/records.ts';
import { contentHash } from './cache.ts';
import { sizeOfFile } from './csv-file.ts';
import type { LoadOptions } from './source-file.ts';

/**
 * Files with their hashes, in order.
 * @throws UserError `dataset.*` where they are missing or cannot be read; the signal's reason when it aborts
 */
export async function dataFiles(paths: readonly string[], options: LoadOptions = {}): Promise<DataFile[]> {
  const files: DataFile[] = [];
  for (const [i, path] of paths.entries()) {
    const progress = (share: number) => options.progress?.((i + share) / paths.length);
    files.push(await dataFile(path, { ...options, progress }));
  }
  return files;
}

async function dataFile(path: string, options: LoadOptions): Promise<DataFile> {
  const bytes = await sizeOfFile(path);
  const modified = (await stat(path)).mtime.toISOString();
  return { path, bytes, modified, sha256: await contentHash(path, options) };
}
