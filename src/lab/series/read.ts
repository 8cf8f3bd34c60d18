/** Any file of series, as rows. */
import { createReadStream } from 'node:fs';
import { CAUSE_COLUMN } from '#shared/evaluation-columns.ts';
import type { SeriesKind } from '#shared/series-kinds.ts';
import { readCsvRows } from './csv.ts';
import { readEventFile } from './event-file.ts';
import { readJsonLines } from './json-lines.ts';
import { readParquet } from './parquet.ts';
import { readTrainerState } from './trainer-state.ts';
import { readWandbRun } from './wandb-run.ts';
import { showValue, UserError } from '#shared/errors.ts';
import type { SeriesFile, SeriesRow } from './rows.ts';

const READERS = {
  csv: readCsvRows,
  'credence-csv': (file: SeriesFile, use: (row: SeriesRow) => void) =>
    readCsvRows(file, use, ['name', CAUSE_COLUMN]),
  'json-lines': readJsonLines,
  parquet: readParquet,
  'trainer-state': readTrainerState,
};

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
  return readable(file, async () => {
    if (kind === 'event-file') return cutText(file, await readEvents(file, use));
    if (kind === 'wandb') return cutText(file, await readWandbRun(file, use));
    await READERS[kind](file, use);
    return [];
  });
}

/** @throws UserError `series.unreadable` in place of an error of the system */
export async function readable<T>({ name }: Pick<SeriesFile, 'name'>, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof UserError || code === undefined) throw error;
    throw new UserError(
      'series.unreadable',
      `${showValue(name, 200)} cannot be read (${code || message}); check its permissions`,
      { cause: error },
    );
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
