/**
 * A file that is whole or refused: a line with the SHA-256 of all that follows, a line of JSON that says what it is,
 * and the content, compressed by gzip.
 */
import { createHash, type Hash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { showValue, UserError } from '#shared/errors.ts';
import { sizeText } from '#shared/counting.ts';

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
    fsyncSync(again);
    closeSync(again);
    renameSync(part, file);
  } finally {
    rmSync(part, { force: true });
  }
}

/**
 * What a packed file says that it is, as yet unchecked.
 * @throws UserError `bundle.other` for any other file
 */
export function aboutPacked(file: string): { bytes: number; [key: string]: unknown } {
  const start = readStart(file, FIRST_LINE + MOST_ABOUT);
  const end = start.indexOf('\n', FIRST_LINE);
  try {
    if (start.toString('latin1', 0, MAGIC.length) !== MAGIC || end < 0) throw new Error('no heading');
    const about = JSON.parse(start.toString('utf8', FIRST_LINE, end)) as { bytes: number };
    if (!Number.isSafeInteger(about.bytes) || about.bytes < 0) throw new Error('no size');
    return about;
  } catch (error) {
    throw damaged(file, 'its heading cannot be read', error);
  }
}

/**
 * Unpacks a file, and refuses one of which a byte is missing or another.
 * @throws UserError `bundle.damaged`, `bundle.space`
 */
export async function unpack(file: string, target: string): Promise<void> {
  const { bytes } = aboutPacked(file);
  const { bavail, bsize } = statfsSync(path.dirname(target));
  if (bytes > bavail * bsize)
    throw new UserError(
      'bundle.space',
      `${showValue(file)} needs ${sizeText(bytes)} where ${sizeText(bavail * bsize)} are free; make room first`,
    );
  const first = readStart(file, FIRST_LINE).toString('latin1');
  const hash = createHash('sha256');
  const begin = FIRST_LINE + lineLength(file);
  hash.update(readStart(file, begin).subarray(FIRST_LINE));
  try {
    await pipeline(
      createReadStream(file, { start: begin }),
      hashing(hash),
      createGunzip(),
      limited(bytes),
      createWriteStream(target),
    );
  } catch (error) {
    throw damaged(file, 'what it holds does not unpack', error);
  }
  if (hash.digest('hex') !== first.slice(MAGIC.length, -1) || statSync(target).size !== bytes)
    throw damaged(file, 'its checksum does not fit');
}

/** Bytes of the second line. */
function lineLength(file: string): number {
  return readStart(file, FIRST_LINE + MOST_ABOUT).indexOf('\n', FIRST_LINE) + 1 - FIRST_LINE;
}

function damaged(file: string, why: string, cause?: unknown): UserError {
  return new UserError(
    'bundle.damaged',
    `${showValue(file)} is damaged or no file of experiments: ${why}; nothing was imported, export it again`,
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
