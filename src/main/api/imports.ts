/** API: runs of other programs, out of files that a window hands over. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ImportReplies } from '#shared/api/imports.ts';
import type { Arguments, Handlers } from '#shared/contract.ts';
import { readSeries, type ImportedSeries } from '#lab/series/import.ts';
import { saveSeries } from '../imports/import-series.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { noSeries, seriesFile, type SeriesSource } from '../imports/series-files.ts';
import type { Context } from './context.ts';

type Asked = Parameters<Handlers['imports.preview']>[0];

export function importHandlers({
  history,
  home,
  emit,
}: Pick<Context, 'history' | 'home' | 'emit'>): Pick<Handlers, keyof ImportReplies> {
  return {
    'imports.preview': async (asked) => {
      const { config, runs, evaluations } = await read(home, asked);
      return { config, runs: runs.length, evaluations };
    },
    'imports.save': async (asked) => {
      const { id, fresh } = saveSeries(history, await read(home, asked));
      emit('history', { experiments: null });
      return { experiment: id, fresh };
    },
  };
}

/** @throws UserError `series.*`, `dataset.*`, by the names that the user knows the files by */
async function read(home: string, { files, name, columns, runs, stage }: Asked): Promise<ImportedSeries> {
  const folder = scratchFolder(home);
  try {
    const sources: SeriesSource[] = [];
    for (const [i, file] of files.entries()) sources.push(await placed(path.join(folder, String(i)), file));
    return await readSeries(sources, { name, columns, seeds: runs, stage });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Under a name of our own: theirs may be anything. @throws UserError `series.kind` */
async function placed(
  file: string,
  { name, base64 }: Arguments<'imports.preview'>['files'][number],
): Promise<SeriesSource> {
  writeFileSync(file, base64, 'base64');
  const [source] = await seriesFile(file, name);
  if (!source) throw noSeries(name);
  return source;
}
