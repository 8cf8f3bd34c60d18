/** Any file of series, as rows. */
import { createReadStream } from 'node:fs';
import type { SeriesKind } from '#shared/series-kinds.ts';
import { readCsvRows } from './csv.ts';
import { readEventFile } from './event-file.ts';
import { readJsonLines } from './json-lines.ts';
import { readTrainerState } from './trainer-state.ts';
import type { SeriesFile, SeriesRow } from './rows.ts';

/**
 * Streams the rows of a file.
 * @returns what a reader has to be told beside them
 * @throws UserError `series.*`, `dataset.*` naming the file, the place and the remedy
 */
export async function readSeriesFile(
  file: SeriesFile,
  kind: SeriesKind,
  use: (row: SeriesRow) => void,
): Promise<string[]> {
  if (kind === 'event-file') return readEvents(file, use);
  await { csv: readCsvRows, 'json-lines': readJsonLines, 'trainer-state': readTrainerState }[kind](file, use);
  return [];
}

/** A row for each scalar: those of one evaluation have the same step. */
async function readEvents(file: SeriesFile, use: (row: SeriesRow) => void): Promise<string[]> {
  const bytes = createReadStream(file.path) as AsyncIterable<Buffer>;
  const { cut } = await readEventFile(file.name, bytes, ({ tag, step, value }) =>
    use({
      at: `step ${step}`,
      cells: new Map([
        ['step', step],
        [tag, value],
      ]),
    }),
  );
  return cut === 0
    ? []
    : [`${file.name}: the last ${cut} bytes are no whole record, as where a writer was stopped; left out`];
}
