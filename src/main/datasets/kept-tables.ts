/** Files in the data folder's `datasets`: the user's own tables, and published files that were put there. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { DatasetFile, KeptTable } from '#shared/api/design.ts';
import { datasetsFolder } from '../experiments/data-files.ts';
import type { History } from '../history/history.ts';
import { BIN } from './removed-tables.ts';

/** All of them but what was removed, with the experiments that read each. */
export function keptTables({ home, history }: { home: string; history: History }): KeptTable[] {
  const folder = datasetsFolder(home);
  if (!existsSync(folder)) return [];
  const readers = history.experimentsByData();
  return readdirSync(folder)
    .filter((name) => name !== BIN)
    .sort()
    .map((name) => path.join(folder, name))
    .map((file) => ({ ...describeFile(file), read_by: readers.get(file) ?? [] }));
}

export function describeFile(file: string): DatasetFile {
  const stats = statSync(file);
  const folder = stats.isDirectory();
  return { name: path.basename(file), path: file, bytes: folder ? 0 : stats.size, folder };
}
