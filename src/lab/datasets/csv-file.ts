/**
 * Opens delimited text files: refuses what is not text, finds encoding, delimiter and where the rows begin, and
 * streams rows, so that a large file never blocks the process for long.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Choice } from '#shared/records.ts';
import { UserError } from '#shared/errors.ts';
import { decoderOf, findEncoding, type Encoding, type TableFile } from './csv-encoding.ts';
import { readPreamble, type Remark } from './csv-preamble.ts';
import { chooseDelimiter } from './csv-delimiter.ts';
import { OpenQuote, RowSplitter, type TableRow } from './csv-records.ts';
import { pathField, unreadable } from './source-file.ts';

/** Parsed at a stretch: about two milliseconds. */
const CHUNK_BYTES = 16 * 1024;

/** A file that is known to be text, and how to read it. */
export interface TextTable {
  path: string;
  encoding: Choice<Encoding>;
  delimiter: Choice<string>;
  /** Lines at the top that hold no rows. */
  skip: number;
  /** The first rows that are not blank, header included. */
  sample: TableRow[];
  /** What was done with the lines at the top. */
  remarks: Remark[];
}

/**
 * Checks a file and finds its encoding, its delimiter and its first rows.
 * @throws UserError `dataset.missing`, `.not-a-file`, `.unreadable`, `.empty`, `.binary`, `.encoding`, `.quote`
 */
export async function openTable(config: TableFile): Promise<TextTable> {
  const field = pathField(config.path);
  const size = await sizeOfFile(config.path);
  const { encoding, head } = await findEncoding(config);
  const whole = size <= head.length;
  const decode = decoderOf(encoding.value);
  const text = decode(head) + (whole ? decode() : '');
  if (text.replace(/^\uFEFF/, '').trim() === '')
    throw new UserError('dataset.empty', `${field} is empty; give a file with a header and rows`);
  const preamble = readPreamble(text);
  const { delimiter, why } = chooseDelimiter(config, preamble, whole);
  const { skip, remarks, sample } = preamble.settle(delimiter, whole);
  const table = { path: config.path, encoding, delimiter: { value: delimiter, why }, skip, sample, remarks };
  // Only a quote that is open from the first row on leaves no row: reading it all tells its line.
  if (sample.length === 0) await readRows(table, () => {});
  if (sample.length === 0)
    throw new UserError(
      'dataset.no-rows',
      `${field} holds no row that can be read within its first ${head.length} bytes; shorten the first row, or add rows`,
    );
  return table;
}

/**
 * The size of a file that can be read as a table.
 * @throws UserError `dataset.missing`, `.not-a-file`, `.unreadable`
 */
export async function sizeOfFile(path: string): Promise<number> {
  const field = pathField(path);
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      throw new UserError('dataset.missing', `${field} does not exist; check the path`, { cause: error });
    throw unreadable(path, error);
  });
  if (info.isFile()) return info.size;
  throw new UserError(
    'dataset.not-a-file',
    `${field} is ${info.isDirectory() ? 'a directory' : 'not a regular file'}; name a CSV or TSV file`,
  );
}

/** A line with nothing on it. */
export function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0].trim() === '';
}

/**
 * Streams every row below the lines that hold none, header and blank lines included.
 * @param progress told what share of the file has been read, from 0 to 1
 * @throws UserError `dataset.quote` for a quote that is never closed, `dataset.unreadable`
 */
export async function readRows(
  { path, encoding, delimiter, skip }: Pick<TextTable, 'path' | 'encoding' | 'delimiter' | 'skip'>,
  use: (row: TableRow) => void,
  progress: (share: number) => void = () => {},
): Promise<void> {
  const splitter = new RowSplitter(delimiter.value, use, skip);
  const decode = decoderOf(encoding.value);
  try {
    const { size } = await stat(path);
    const bytes = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      splitter.add(decode(chunk));
      progress(bytes.bytesRead / size);
    }
    splitter.add(decode(), true);
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof OpenQuote) throw quoteError(path, error);
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}

function quoteError(path: string, error: OpenQuote): UserError {
  return new UserError(
    'dataset.quote',
    `${pathField(path)} has in line ${error.line} a double quote that is never closed; close it, or double it to mean the character`,
    { cause: error },
  );
}
