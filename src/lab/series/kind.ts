/** Which kind of series a file holds, by its name and its first bytes. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { SeriesKind } from '#shared/series-kinds.ts';

const HEAD_BYTES = 4096;
const EVENT_FILE = /\.tfevents(\.|$)/;
const TABLE_ENDINGS = ['.csv', '.tsv'];
const LINE_ENDINGS = ['.jsonl', '.ndjson'];

/** By the name alone: what an import of a folder looks at. */
export function kindByName(name: string): SeriesKind | null {
  const base = path.posix.basename(name.toLowerCase());
  if (base === 'trainer_state.json') return 'trainer-state';
  if (EVENT_FILE.test(base)) return 'event-file';
  const ending = path.posix.extname(base);
  if (TABLE_ENDINGS.includes(ending)) return 'csv';
  return LINE_ENDINGS.includes(ending) ? 'json-lines' : null;
}

/** By the name, or else by how it begins; null for anything else. @throws NodeJS.ErrnoException where it cannot be read */
export async function kindOfSeries(file: string): Promise<SeriesKind | null> {
  const named = kindByName(path.basename(file));
  if (named) return named;
  const head = (await headOf(file)).trimStart();
  if (!head.startsWith('{')) return null;
  if (/^\{\s*"[^]*"log_history"\s*:/.test(head) || /^\{\s*\n/.test(head)) return 'trainer-state';
  return /^\{[^\n]*\}\s*(\n|$)/.test(head) ? 'json-lines' : null;
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
  } finally {
    await handle.close();
  }
}
