/** Published files of any size: found, unpacked and read as a stream, with progress and cancelling. */
import { createReadStream, type ReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { showValue, UserError } from '#shared/errors.ts';

/** How long datasets are loaded. */
export interface LoadOptions {
  /** Folder for parsed datasets, so that they are read only once; null or none keeps nothing. */
  cache?: string | null;
  /** Told the share that is read, in [0, 1]. */
  progress?: (share: number) => void;
  /** Ends the loading with its reason. */
  signal?: AbortSignal;
}

const CHUNK_BYTES = 256 * 1024;
const GZIP_MAGIC = 0x1f8b;

/** `dataset.path: "…"`, as messages begin. */
export function pathField(path: string): string {
  return `dataset.path: ${showValue(path, 200)}`;
}

/**
 * Size of a file in bytes.
 * @throws UserError `dataset.unreadable`
 */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch((error: NodeJS.ErrnoException) => fail(path, error))).size;
}

/**
 * The bytes of a file, unpacked where it is gzip; chunks of at most 256 KB.
 * @param advanced told the bytes of the (packed) file that are read so far
 * @throws UserError `dataset.unreadable`, `dataset.gzip`; the signal's reason when it aborts
 */
export async function* readSource(
  path: string,
  { signal }: LoadOptions,
  advanced: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const stream = (await isGzip(path)) ? unpack(file) : file;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      advanced(file.bytesRead);
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    fail(path, error as NodeJS.ErrnoException);
  } finally {
    file.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => fail(path, error));
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE() === GZIP_MAGIC;
  } finally {
    await handle.close();
  }
}

function unpack(file: ReadStream): Readable {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

function fail(path: string, error: NodeJS.ErrnoException): never {
  if (error instanceof UserError || !error.code) throw error;
  if (error.code.startsWith('Z_'))
    throw new UserError(
      'dataset.gzip',
      `${pathField(path)} is damaged or cut off (${error.message}); download it again`,
      { cause: error },
    );
  throw unreadable(path, error);
}

/** For a file whose bytes cannot be had. */
export function unreadable(path: string, error: NodeJS.ErrnoException): UserError {
  const reason = error.code ?? error.message;
  return new UserError(
    'dataset.unreadable',
    `${pathField(path)} cannot be read (${reason}); check its permissions`,
    { cause: error },
  );
}

/**
 * A 53-bit hash of a text (cyrb53, public domain), for sets of millions of names: a set of the texts
 * themselves would keep alive the chunks of the file that they were cut from.
 */
export function textHash(text: string): number {
  let [one, two] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    one = Math.imul(one ^ code, 2654435761);
    two = Math.imul(two ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
  two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return 2 ** 32 * (two & 0x1fffff) + (one >>> 0);
}

/** A copy that does not keep alive the longer text that it was cut from. */
export function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
