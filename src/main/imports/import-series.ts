/** Evaluation series of other programs, read and saved as one experiment of the history. */
import path from 'node:path';
import { readSeries, type ImportedSeries, type SeriesOptions } from '#lab/series/import.ts';
import { visible } from '#shared/plain-text.ts';
import type { History } from '../history/history.ts';
import type { SavedImport } from '../history/imports.ts';
import { credenceVersion } from '../resources.ts';
import { seriesAt, type SeriesSource } from './series-files.ts';

export type SeriesChoices = Partial<SeriesOptions>;

/**
 * Reads what a path means, and saves nothing.
 * @throws UserError `series.*`, `import.missing`, `dataset.*`
 */
export async function readSeriesAt(source: string, choices: SeriesChoices = {}): Promise<ImportedSeries> {
  return readSources(await seriesAt(source), { name: nameOf(source), ...choices });
}

export function readSources(files: readonly SeriesSource[], options: SeriesOptions): Promise<ImportedSeries> {
  return readSeries(files, options);
}

/** What an experiment is called that nobody named: as its file or folder. */
function nameOf(source: string): string {
  const { name, base } = path.parse(path.resolve(source));
  return visible(base.includes('.tfevents') ? 'event file' : name).slice(0, 200) || 'imported';
}

/** Saves all of it or nothing; what is here already is recognised. @throws UserError `history.*` */
export function saveSeries(history: History, series: ImportedSeries): SavedImport {
  return history.saveImport({ ...series, version: credenceVersion() });
}
