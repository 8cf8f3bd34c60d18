/**
 * A file that is whole or refused: a line with the SHA-256 of all that follows, a line of JSON that says what it is,
 * and the content, compressed by gzip.
 */
import { createHash, type Hash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  closeSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { showValue, UserError } from '#shared/errors.ts';
import { sizeText } from '#shared/counting.ts';
import { settle } from '../files.ts';
import { freeBytes } from '../machine-disk.ts';

const MAGIC = 'credence 1 ';
const FIRST_LINE = MAGIC.length + 64 + 1;
/** Of the line that says what it is. */
const MOST_ABOUT = 1 << 20;

/** How hard it is tried to make it small: weights are hardly smaller for it. */
export const LEVEL = { rows: 6, weights: 1 };

/** Whether a file says that it is one. */
export function isPacked(file: string): boolean {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  return readStart(file, MAGIC.length).toString('latin1') === MAGIC;
}

/**
 * Packs a file.
 * @param about what it is; `bytes`, the size of its content, is added
 * @param level of gzip
 */
export async function pack(content: string, file: string, about: object, level = LEVEL.rows): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    const head = Buffer.from(`${JSON.stringify({ ...about, bytes: statSync(content).size })}\n`);
    const hash = createHash('sha256').update(head);
    const handle = openSync(part, 'w');
    writeSync(handle, Buffer.concat([Buffer.from(`${MAGIC}${'0'.repeat(64)}\n`), head]));
    closeSync(handle);
    await pipeline(
      createReadStream(content),
      createGzip({ level }),
      hashing(hash),
      createWriteStream(part, { flags: 'a' }),
    );
    const again = openSync(part, 'r+');
    writeSync(again, hash.digest('hex'), MAGIC.length);
    closeSync(again);
    settle(part, file);
  } finally {
    rmSync(part, { force: true });
  }
}

interface About {
  /** Of the content, unpacked. */
  bytes: number;
  [key: string]: unknown;
}

/**
 * What a packed file says that it is, as yet unchecked.
 * @throws UserError `bundle.damaged`, for any other file too
 */
export const aboutPacked = (file: string): About => headingOf(file).about;

/** The two lines before the content: the hash, and what follows it. */
function headingOf(file: string): { digest: string; line: Buffer; about: About } {
  const start = readStart(file, FIRST_LINE + MOST_ABOUT);
  const line = start.subarray(FIRST_LINE, start.indexOf('\n', FIRST_LINE) + 1);
  const first = start.toString('latin1', 0, FIRST_LINE);
  try {
    if (!first.startsWith(MAGIC) || line.length === 0) throw new Error('no heading');
    const about = JSON.parse(line.toString()) as About;
    if (!Number.isSafeInteger(about.bytes) || about.bytes < 0) throw new Error('no size');
    return { digest: first.slice(MAGIC.length, -1), line, about };
  } catch (error) {
    throw damaged(file, 'its heading cannot be read', error);
  }
}

/**
 * Unpacks a file, and refuses one of which a byte is missing or another.
 * @throws UserError `bundle.damaged`, `bundle.space`
 */
export async function unpack(file: string, target: string): Promise<void> {
  const { digest, line, about } = headingOf(file);
  const { bytes } = about;
  const free = freeBytes(path.dirname(target));
  if (bytes > free)
    throw new UserError(
      'bundle.space',
      `${showValue(file, Infinity)} needs ${sizeText(bytes)} where ${sizeText(free)} are free; make room first`,
    );
  const hash = createHash('sha256').update(line);
  try {
    await pipeline(
      createReadStream(file, { start: FIRST_LINE + line.length }),
      hashing(hash),
      createGunzip(),
      limited(bytes),
      createWriteStream(target),
    );
  } catch (error) {
    throw damaged(file, 'what it holds does not unpack', error);
  }
  if (hash.digest('hex') !== digest || statSync(target).size !== bytes)
    throw damaged(file, 'its checksum does not fit');
}

function damaged(file: string, why: string, cause?: unknown): UserError {
  return new UserError(
    'bundle.damaged',
    `${showValue(file, Infinity)} is damaged or no file of experiments: ${why}; nothing was imported, export it again`,
    { cause },
  );
}

function readStart(file: string, bytes: number): Buffer {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(bytes, statSync(file).size));
    return buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(handle);
  }
}

function hashing(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

/** What unpacks to more than it said is not written on. */
function limited(most: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > most) done(new Error(`it unpacks to more than the ${most} bytes that it says`));
      else done(null, chunk);
    },
  });
}
