/** Evaluation series of other programs, read and saved as one experiment of the history. */
import { readSeries, type ImportedSeries, type SeriesOptions } from '#lab/series/import.ts';
import type { History } from '../history/history.ts';
import type { SavedImport } from '../history/imports.ts';
import { credenceVersion } from '../resources.ts';
import { seriesAt } from './series-files.ts';

/**
 * Reads what a path means, and saves nothing.
 * @throws UserError `series.*`, `import.missing`, `dataset.*`
 */
export async function readSeriesAt(source: string, options: SeriesOptions = {}): Promise<ImportedSeries> {
  return readSeries(await seriesAt(source), options);
}

/** Saves all of it or nothing; what is here already is recognised. @throws UserError `history.*` */
export function saveSeries(history: History, series: ImportedSeries): SavedImport {
  return history.saveImport({ ...series, version: credenceVersion() });
}
