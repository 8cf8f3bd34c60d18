/** Rows of a Parquet file: the history that W&B exports of a run, or a data frame. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type AsyncBuffer,
  type FileMetaData,
  type SchemaTree,
} from 'hyparquet';
import { UserError } from '#shared/errors.ts';
import { jsonCells } from './json-lines.ts';
import { seriesError, type SeriesFile, type SeriesRow } from './rows.ts';

/** What a group of rows may take once it is unpacked: it is read at once. */
const MOST_BYTES = 1e9;

/** The library unpacks Snappy, which is what nearly all programs write; Node has the others. */
const unpacking =
  (unpack: (input: Uint8Array, options: { maxOutputLength: number }) => Uint8Array) =>
  (input: Uint8Array, length: number) =>
    unpack(input, { maxOutputLength: Math.max(1, length) });
const COMPRESSORS = {
  GZIP: unpacking(gunzipSync),
  BROTLI: unpacking(brotliDecompressSync),
  ZSTD: unpacking(zstdDecompressSync),
};

/**
 * Streams the rows, a group of them at a time; structures are named with a dot, as in JSON Lines, and nulls left out.
 * @throws UserError `series.parquet` where it is cut off, damaged or packed in another way
 */
export async function readParquet(file: SeriesFile, use: (row: SeriesRow) => void): Promise<void> {
  const source = await sourceOf(file.path);
  const metadata = await whole(file, () => parquetMetadataAsync(source, { geoparquet: false }));
  await whole(file, async () => assertSchema(metadata));
  let rows = 0;
  for (const group of metadata.row_groups) {
    assertRoom(file, Number(group.total_byte_size));
    const [rowStart, rowEnd] = [rows, rows + Number(group.num_rows)];
    const reading = { file: source, metadata, rowStart, rowEnd, compressors: COMPRESSORS, geoparquet: false };
    const found = await whole(file, () => parquetReadObjects(reading));
    if (found.length !== rowEnd - rowStart)
      throw damaged(file, `rows ${rowStart + 1} to ${rowEnd}: ${found.length} are there`);
    for (const row of found) use({ at: ++rows, cells: jsonCells(row) });
  }
}

/** Parts of a file. The library reads ahead: what fails of that is told where the part is wanted, and to nobody else. */
async function sourceOf(file: string): Promise<AsyncBuffer> {
  const { byteLength, slice } = await asyncBufferFromFile(file);
  const part = async (start: number, end?: number) => slice(start, end);
  return {
    byteLength,
    slice: (start, end) => {
      const read = part(start, end);
      read.catch(() => undefined);
      return read;
    },
  };
}

/**
 * Each group has the columns of the schema, in their order. The library would begin to read what has no place there, and leave
 * its failure to nobody.
 * @throws Error
 */
function assertSchema(metadata: FileMetaData): void {
  const { children } = parquetSchema(metadata);
  const names = children.map(({ element }) => element.name);
  const leaves = children.flatMap(leavesOf);
  const right = metadata.row_groups.every(({ columns }) => {
    const found = columns.map(({ meta_data }) => meta_data?.path_in_schema.join('\0'));
    return found.length === leaves.length && found.every((leaf, i) => leaf === leaves[i]);
  });
  if (!right || new Set(names).size < names.length)
    throw new Error('its columns are not those of its schema');
}

const leavesOf = ({ children, path }: SchemaTree): string[] =>
  children.length > 0 ? children.flatMap(leavesOf) : [path.join('\0')];

function assertRoom(file: SeriesFile, bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw seriesError(
    'parquet',
    { file: file.name, value: bytes },
    `bytes are one group of rows, more than the ${MOST_BYTES} that are read at once; write smaller groups (row_group_size)`,
  );
}

/** @throws UserError `series.parquet` in place of what the library throws; errors of the system as they are */
async function whole<T>(file: SeriesFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UserError || (error as NodeJS.ErrnoException).syscall !== undefined) throw error;
    throw damaged(file, (error as Error).message);
  }
}

const damaged = (file: SeriesFile, why: string) =>
  seriesError(
    'parquet',
    { file: file.name },
    `is no whole Parquet file that can be read (${why}); download or write it again, packed by snappy, gzip, brotli, zstd or not at all`,
  );
