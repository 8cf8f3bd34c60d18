/**
 * Parsed datasets, kept by what they were parsed from: the same bytes and fields give the same file. The
 * hash of a large source is remembered with its size, times and inode, so that an untouched one is not read again.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { FactTable } from './knowledge-base.ts';
import { readSource, sizeOf, type LoadOptions } from './source-file.ts';

/** What a parsed dataset follows from. */
export interface CacheKey {
  /** Name and version of the parser: a change of its rules is a new version. */
  kind: string;
  paths: readonly string[];
  /** Config fields that change the result. */
  fields: Record<string, unknown>;
}

/**
 * A parsed table from the cache, or parsed and kept. A cache that cannot be read or written is as none.
 * @throws whatever `parse` throws
 */
export async function cachedTable(
  key: CacheKey,
  options: LoadOptions,
  parse: () => Promise<FactTable>,
): Promise<FactTable> {
  if (!options.cache) return parse();
  const file = path.join(options.cache, `${await hashOf(key, options)}.json`);
  const known = await readJson<FactTable>(file);
  if (known) return known;
  const table = await parse();
  await writeJson(file, table);
  return table;
}

/**
 * As `cachedTable`, for what is plain bytes.
 * @throws whatever `parse` throws
 */
export async function cachedBytes(
  key: CacheKey,
  options: LoadOptions,
  parse: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  if (!options.cache) return parse();
  const file = path.join(options.cache, `${await hashOf(key, options)}.bin`);
  const known = await readBytes(file);
  if (known) return known;
  const bytes = await parse();
  await write(file, Buffer.concat([digestOf(bytes), bytes]));
  return bytes;
}

const DIGEST_BYTES = 32;
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** Bytes that were kept with their hash; null where there are none, or others than were written. */
async function readBytes(file: string): Promise<Uint8Array | null> {
  const kept = await readFile(file).catch(() => null);
  const bytes = kept?.subarray(DIGEST_BYTES);
  return kept && bytes && digestOf(bytes).equals(kept.subarray(0, DIGEST_BYTES)) ? bytes : null;
}

async function hashOf({ kind, paths, fields }: CacheKey, options: LoadOptions) {
  const hash = createHash('sha256').update(JSON.stringify([kind, fields]));
  for (const file of paths) hash.update(await contentHash(file, { ...options, progress: undefined }));
  return hash.digest('hex');
}

interface Stamp {
  size: number;
  /** Times in milliseconds: of the content, and of anything about the file, which no program can set. */
  modified: number;
  changed: number;
  inode: number;
  hash: string;
}

/** Smaller files are hashed each time, in less time than it takes to read a stamp safely. */
const STAMPED_FROM = 4 * 1024 * 1024;
/** Milliseconds after a change within which another one may leave all times as they are. */
const CLOCK_STEP = 2000;

/**
 * SHA-256 (hex) of a file's content, unpacked where it is gzip: from its stamp where the file is untouched since.
 * @throws UserError as `readSource`
 */
export async function contentHash(file: string, options: LoadOptions): Promise<string> {
  const size = await sizeOf(file);
  if (!options.cache || size < STAMPED_FROM) return hashFile(file, size, options);
  const { mtimeMs: modified, ctimeMs: changed, ino: inode } = await stat(file);
  const place = createHash('sha256').update(path.resolve(file)).digest('hex').slice(0, 16);
  const stampFile = path.join(options.cache, `source-${place}.json`);
  const now = { size, modified, changed, inode };
  const stamp = await readJson<Stamp>(stampFile);
  if (stamp && JSON.stringify({ ...stamp, hash: '' }) === JSON.stringify({ ...now, hash: '' }))
    return stamp.hash;
  const hash = await hashFile(file, size, options);
  if (Date.now() - changed > CLOCK_STEP) await writeJson(stampFile, { ...now, hash } satisfies Stamp);
  return hash;
}

async function hashFile(file: string, size: number, options: LoadOptions): Promise<string> {
  const hash = createHash('sha256');
  const advanced = (bytes: number) => options.progress?.(size > 0 ? bytes / size : 1);
  for await (const chunk of readSource(file, options, advanced)) hash.update(chunk);
  return hash.digest('hex');
}

async function readJson<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return null;
  }
}

const writeJson = (file: string, value: unknown): Promise<void> => write(file, JSON.stringify(value));

async function write(file: string, content: string | Buffer): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileAtomic(file, content, { fsync: false });
  } catch {
    // A full or read-only disk costs time the next time, nothing else.
  }
}
