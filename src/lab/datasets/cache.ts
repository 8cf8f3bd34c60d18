/**
 * Parsed datasets, kept by what they were parsed from: the same bytes and fields give the same file. The
 * hash of a source is remembered with its size and time, so that an unchanged one is not read again.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { FactTable } from './knowledge-base.ts';
import { readSource, type LoadOptions } from './source-file.ts';

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
  const file = path.join(options.cache, `${await hashOf(key, options.cache, options)}.json`);
  const known = await readJson<FactTable>(file);
  if (known) return known;
  const table = await parse();
  await writeJson(file, table);
  return table;
}

async function hashOf({ kind, paths, fields }: CacheKey, folder: string, options: LoadOptions) {
  const hash = createHash('sha256').update(JSON.stringify([kind, fields]));
  for (const file of paths) hash.update(await contentHash(file, folder, options));
  return hash.digest('hex');
}

interface Stamp {
  size: number;
  modified: number;
  hash: string;
}

/** SHA-256 of a file's bytes, from its stamp where size and time are still those. */
async function contentHash(file: string, folder: string, options: LoadOptions): Promise<string> {
  const { size, mtimeMs: modified } = await stat(file);
  const place = createHash('sha256').update(path.resolve(file)).digest('hex').slice(0, 16);
  const stampFile = path.join(folder, `source-${place}.json`);
  const stamp = await readJson<Stamp>(stampFile);
  if (stamp?.size === size && stamp.modified === modified) return stamp.hash;
  const hash = createHash('sha256');
  for await (const chunk of readSource(file, options, () => {})) hash.update(chunk);
  const digest = hash.digest('hex');
  await writeJson(stampFile, { size, modified, hash: digest } satisfies Stamp);
  return digest;
}

async function readJson<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return null;
  }
}

async function writeJson(file: string, value: unknown): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileAtomic(file, JSON.stringify(value), { fsync: false });
  } catch {
    // A full or read-only disk costs time the next time, nothing else.
  }
}
