/** Files of evaluation series on this disk: one, or all of a folder. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { kindOfSeries } from '#lab/series/kind.ts';
import { readable } from '#lab/series/read.ts';
import type { SeriesFile } from '#lab/series/rows.ts';
import { plural } from '#shared/counting.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { kindInFolder, SERIES_KIND_NAMES, type SeriesKind } from '#shared/series-kinds.ts';

export type SeriesSource = SeriesFile & { kind: SeriesKind };

const MOST_FILES = 5000;

/**
 * The series files of a folder and those below it, in the order of their names; none where it has none. A file that
 * links lead to as well, as W&B's `latest-run` does, is one.
 */
export function seriesInFolder(folder: string): SeriesSource[] {
  const inside = path.basename(path.resolve(folder));
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .flatMap((file) => {
      const kind = kindInFolder(file);
      const place = path.join(folder, file);
      return kind && statSync(place, { throwIfNoEntry: false })?.isFile()
        ? [{ name: `${inside}/${file}`, path: place, kind }]
        : [];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const real = realpathSync(folder);
  return onePerFile(found, (file) => path.join(real, path.relative(folder, file.path)));
}

/** @param plain where a file would be if no link led to it */
function onePerFile(files: readonly SeriesSource[], plain: (file: SeriesSource) => string): SeriesSource[] {
  const byFile = Map.groupBy(files, (file) => realpathSync(file.path));
  return [...byFile].map(([real, names]) => names.find((file) => plain(file) === real) ?? names[0]);
}

/**
 * The series files that a path means.
 * @throws UserError `import.missing`, `series.kind`, `series.size`
 */
export async function seriesAt(source: string): Promise<SeriesSource[]> {
  const stats = statSync(source, { throwIfNoEntry: false });
  if (!stats) throw new UserError('import.missing', `${showValue(source)} is no file; check the path`);
  const found = stats.isDirectory()
    ? seriesInFolder(source)
    : await seriesFile(source, path.basename(source));
  if (found.length === 0) throw noSeries(source);
  if (found.length > MOST_FILES)
    throw new UserError(
      'series.size',
      `${showValue(source)} holds ${plural(found.length, 'file')}, more than the ${MOST_FILES} that one import reads; import its folders one by one`,
    );
  return found;
}

/** @param name what the file is known by */
export async function seriesFile(file: string, name: string): Promise<SeriesSource[]> {
  // Configs of ours and of the authors may be JSON as well.
  if (/\.ya?ml$/i.test(name)) return [];
  const kind = await readable({ name }, () => kindOfSeries(file, name));
  return kind ? [{ name, path: file, kind }] : [];
}

export function noSeries(source: string): UserError {
  return new UserError(
    'series.kind',
    `${showValue(source)} holds no evaluation series; give ${Object.values(SERIES_KIND_NAMES).join(', ')} (.csv, .tsv, .jsonl, .parquet, .tfevents, trainer_state.json, .wandb), or a folder of them`,
  );
}
