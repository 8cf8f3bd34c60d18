/** Which kind of series a file holds, by its name and its first bytes. */
import { open } from 'node:fs/promises';
import { kindByName, type SeriesKind } from '#shared/series-kinds.ts';

const HEAD_BYTES = 4096;
/** By the name, or else by how it begins; null for anything else. @param name what it is known by @throws NodeJS.ErrnoException where it cannot be read */
export async function kindOfSeries(file: string, name = file): Promise<SeriesKind | null> {
  const named = kindByName(name);
  if (named) return named;
  const head = (await headOf(file)).trimStart();
  if (!head.startsWith('{')) return null;
  if (/^\{\s*"[^]*"log_history"\s*:/.test(head) || /^\{\s*\n/.test(head)) return 'trainer-state';
  return /^\{[^\n]*\}\s*(\n|$)/.test(head) ? 'json-lines' : null;
}

/** How a file begins. @throws NodeJS.ErrnoException */
export async function headOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
  } finally {
    await handle.close();
  }
}
