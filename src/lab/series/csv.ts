/** Rows of a CSV or TSV file: those of a data frame, of TensorBoard's or W&B's download, or of our own export. */
import { UserError } from '#shared/errors.ts';
import { isBlank, openTable, readRows } from '../datasets/csv-file.ts';
import { cellOf, seriesError, type Cell, type SeriesFile, type SeriesRow } from './rows.ts';

/**
 * Streams the rows below the header.
 * @param texts columns whose cells are none but texts: a name may look like a number
 * @throws UserError `series.*`, `dataset.*` naming the file and the line
 */
export async function readCsvRows(
  file: SeriesFile,
  use: (row: SeriesRow) => void,
  texts: readonly string[] = [],
): Promise<void> {
  let header: string[] | null = null;
  await named(file, async () => {
    const table = await openTable({ path: file.path, encoding: 'auto', delimiter: 'auto' });
    await readRows(table, ({ cells, line }) => {
      if (isBlank(cells)) return;
      if (header === null) header = headerOf(file, cells, line);
      else use({ at: line, cells: cellsOf({ file, header, texts }, cells, line) });
    });
  });
}

/** @throws UserError `series.header` */
function headerOf(file: SeriesFile, cells: readonly string[], line: number): string[] {
  const names = cells.map((cell) => cell.trim());
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i);
  if (twice === undefined) return names;
  const where = { file: file.name, at: `line ${line}`, value: twice };
  throw seriesError('header', where, 'names two columns; give one of them another name');
}

function cellsOf(
  { file, header, texts }: { file: SeriesFile; header: readonly string[]; texts: readonly string[] },
  cells: readonly string[],
  line: number,
) {
  const found = new Map<string, Cell>();
  for (const [i, text] of cells.entries()) {
    const cell = cellOf(text);
    if (cell === null) continue;
    // The first column of a data frame has no name: it numbers the rows.
    if (i >= header.length) {
      const where = { file: file.name, at: `line ${line}`, value: text };
      throw seriesError(
        'width',
        where,
        `stands beyond the ${header.length} columns of the header; mend the line, or the header`,
      );
    }
    if (header[i] !== '') found.set(header[i], texts.includes(header[i]) ? text : cell);
  }
  return found;
}

/** Messages of the table reader are about a field of a config, which there is none of here. */
async function named(file: SeriesFile, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UserError)
      error.message = error.message
        .replace(/^dataset\.(path|encoding): /, '')
        .replace(JSON.stringify(file.path), JSON.stringify(file.name));
    throw error;
  }
}
