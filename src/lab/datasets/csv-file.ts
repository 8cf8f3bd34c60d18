/**
 * Opens delimited text files: refuses what is not text, finds encoding and delimiter, and streams rows, so
 * that a large file never blocks the process for long.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { TextDecoder } from 'node:util';
import { CsvError, parse, type Options } from 'csv-parse';
import { parse as parseAll } from 'csv-parse/sync';
import type { CsvConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';

const HEAD_BYTES = 64 * 1024;
/** Parsed at a stretch: about two milliseconds. */
const CHUNK_BYTES = 16 * 1024;
const SAMPLE_ROWS = 200;
/** A record beyond this is an unclosed quote, not data. */
const MAX_RECORD_BYTES = 10_000_000;
const DELIMITERS = [',', '\t', ';', '|'];

/** A file that is known to be text, and how to read it. */
export interface TextTable {
  path: string;
  encoding: 'utf8' | 'latin1';
  delimiter: string;
  /** The first rows, header included. */
  sample: string[][];
}

/**
 * Checks a file and finds its encoding and delimiter. UTF-8 is strict: one invalid byte anywhere makes
 * `auto` read the file as Latin-1.
 * @throws UserError `dataset.missing`, `.not-a-file`, `.unreadable`, `.empty`, `.binary` or `.encoding`
 */
export async function openTable(config: CsvConfig): Promise<TextTable> {
  const field = `dataset.path: ${showValue(config.path, 200)}`;
  await checkIsFile(config.path, field);
  const { head, utf8, nul } = await scan(config.path, field);
  if (isUtf16(head))
    throw new UserError('dataset.encoding', `${field} is UTF-16 text; save it as UTF-8 and load that`);
  if (nul >= 0)
    throw new UserError(
      'dataset.binary',
      `${field} is not text (byte ${nul} is zero); export the table as CSV or TSV and load that`,
    );
  const encoding = chooseEncoding(config, utf8, field);
  const text = head.toString(encoding).replace(/^\uFEFF/, '');
  if (text.trim() === '')
    throw new UserError('dataset.empty', `${field} is empty; give a file with a header and rows`);
  const { delimiter, sample } = chooseDelimiter(config, text);
  if (sample.length === 0) throw quoteError(field, 1);
  return { path: config.path, encoding, delimiter, sample };
}

async function checkIsFile(path: string, field: string): Promise<void> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      throw new UserError('dataset.missing', `${field} does not exist; check the path`, { cause: error });
    throw unreadable(field, error);
  });
  if (!info.isFile())
    throw new UserError(
      'dataset.not-a-file',
      `${field} is ${info.isDirectory() ? 'a directory' : 'not a regular file'}; name a CSV or TSV file`,
    );
}

function unreadable(field: string, error: NodeJS.ErrnoException): UserError {
  const reason = error.code ?? error.message;
  return new UserError('dataset.unreadable', `${field} cannot be read (${reason}); check its permissions`, {
    cause: error,
  });
}

/** One pass over the bytes: the first of them, whether all are UTF-8, and where the first zero byte is. */
async function scan(path: string, field: string) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const found = { head: Buffer.alloc(0) as Buffer, utf8: true, nul: -1 };
  let read = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      if (read < HEAD_BYTES) found.head = Buffer.concat([found.head, chunk]).subarray(0, HEAD_BYTES);
      const zero = found.nul < 0 ? chunk.indexOf(0) : -1;
      if (zero >= 0) found.nul = read + zero;
      found.utf8 &&= decodes(decoder, chunk);
      read += chunk.length;
    }
  } catch (error) {
    throw unreadable(field, error as NodeJS.ErrnoException);
  }
  found.utf8 &&= decodes(decoder);
  return found;
}

/** Feeds one chunk, or the end of the file, to a strict decoder. */
function decodes(decoder: TextDecoder, chunk?: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch {
    return false;
  }
}

/** UTF-16 by its byte order mark, or by zeros in every other byte. */
function isUtf16(head: Buffer): boolean {
  const mark = head.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff') return true;
  const start = head.subarray(0, 1000);
  const zeros = [0, 1].map((parity) => start.filter((byte, i) => byte === 0 && i % 2 === parity).length);
  return Math.max(...zeros) > 0.4 * (start.length / 2) && Math.min(...zeros) < 0.1 * (start.length / 2);
}

function chooseEncoding(config: CsvConfig, utf8: boolean, field: string): 'utf8' | 'latin1' {
  if (config.encoding === 'latin1') return 'latin1';
  if (!utf8 && config.encoding === 'utf-8')
    throw new UserError(
      'dataset.encoding',
      `dataset.encoding: "utf-8", but ${field.replace('dataset.path: ', '')} has bytes that are not UTF-8; set it to auto or latin1`,
    );
  return utf8 ? 'utf8' : 'latin1';
}

/** The delimiter that gives most rows the same number of cells; more cells break a tie. */
function chooseDelimiter(config: CsvConfig, text: string): Pick<TextTable, 'delimiter' | 'sample'> {
  const candidates = config.delimiter === 'auto' ? DELIMITERS : [config.delimiter];
  const parsed = candidates.map((delimiter) => {
    const sample = sampleRows(text, delimiter);
    const cells = sample[0]?.length ?? 0;
    const agreeing = sample.filter((row) => row.length === cells).length / Math.max(1, sample.length);
    return { delimiter, sample, cells, score: cells > 1 ? agreeing : 0 };
  });
  return parsed.reduce((best, next) =>
    next.score > best.score || (next.score === best.score && next.cells > best.cells) ? next : best,
  );
}

/** Rows up to the first that cannot be parsed; the full read reports that one. */
function sampleRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  const keep = (row: string[]) => void (isBlank(row) || rows.push(row));
  try {
    parseAll(text, { ...parserOptions(delimiter), to: SAMPLE_ROWS, on_record: keep });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  return rows;
}

/** Records may have any number of cells: the caller counts those that do not fit. */
function parserOptions(delimiter: string) {
  return {
    delimiter,
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: MAX_RECORD_BYTES,
  } satisfies Options;
}

/** A line with nothing on it. */
export function isBlank(row: readonly string[]): boolean {
  return row.length === 1 && row[0].trim() === '';
}

/**
 * Streams every row, header and blank lines included; `row` counts from 1 as a spreadsheet does.
 * @param progress told what share of the file has been read, from 0 to 1
 * @throws UserError `dataset.quote` for a quote that is never closed, `dataset.unreadable`
 */
export async function readRows(
  table: TextTable,
  use: (cells: string[], row: number) => void,
  progress: (share: number) => void = () => {},
): Promise<void> {
  const parser = parse({ ...parserOptions(table.delimiter), encoding: table.encoding });
  let row = 0;
  const consume = async (rows: AsyncIterable<string[]>) => {
    for await (const cells of rows) use(cells, ++row);
  };
  try {
    const { size } = await stat(table.path);
    const bytes = createReadStream(table.path, { highWaterMark: CHUNK_BYTES });
    bytes.on('data', () => progress(bytes.bytesRead / size));
    await pipeline(bytes, parser, consume);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const field = `dataset.path: ${showValue(table.path, 200)}`;
    if (!(error instanceof CsvError)) throw unreadable(field, error as NodeJS.ErrnoException);
    throw quoteError(field, row + 1, error);
  }
}

function quoteError(field: string, row: number, error?: CsvError): UserError {
  const problem =
    error === undefined || error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE'
      ? 'a double quote that is never closed'
      : `a form that is not CSV (${error.code})`;
  return new UserError(
    'dataset.quote',
    `${field} has in row ${row} ${problem}; close it, or double it to mean the character`,
    { cause: error },
  );
}
