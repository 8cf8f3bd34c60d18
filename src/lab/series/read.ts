/** Any file of series, as rows. */
import { createReadStream } from 'node:fs';
import type { SeriesKind } from '#shared/series-kinds.ts';
import { readCsvRows } from './csv.ts';
import { readEventFile } from './event-file.ts';
import { readJsonLines } from './json-lines.ts';
import { readTrainerState } from './trainer-state.ts';
import { readWandbRun } from './wandb-run.ts';
import { UserError } from '#shared/errors.ts';
import { seriesError, type SeriesFile, type SeriesRow } from './rows.ts';

const READERS = { csv: readCsvRows, 'json-lines': readJsonLines, 'trainer-state': readTrainerState };

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
  try {
    if (kind === 'event-file') return cutText(file, await readEvents(file, use));
    if (kind === 'wandb') return cutText(file, await readWandbRun(file, use));
    await READERS[kind](file, use);
    return [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof UserError || code === undefined) throw error;
    throw seriesError('unreadable', { file: file.name }, `cannot be read (${code}); check its permissions`);
  }
}

/** A row for each scalar: those of one evaluation have the same step. @returns bytes that are no whole record */
async function readEvents(file: SeriesFile, use: (row: SeriesRow) => void): Promise<number> {
  const bytes = createReadStream(file.path) as AsyncIterable<Buffer>;
  const { cut } = await readEventFile(file.name, bytes, ({ tag, step, value }) =>
    use({
      at: step,
      cells: new Map([
        ['step', step],
        [tag, value],
      ]),
    }),
  );
  return cut;
}

function cutText(file: SeriesFile, cut: number): string[] {
  return cut === 0
    ? []
    : [`${file.name}: the last ${cut} bytes are no whole record, as where a writer was stopped; left out`];
}
