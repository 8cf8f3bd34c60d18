/** Which kind of series a file holds, by its name and its first bytes. */
import { open } from 'node:fs/promises';
import { plural } from '#shared/counting.ts';
import { seriesError } from './rows.ts';
import { kindByName, type SeriesKind } from '#shared/series-kinds.ts';

const HEAD_BYTES = 4096;
/** By the name, or else by how it begins; null for anything else. @param name what it is known by @throws UserError `series.results` for what holds no runs; NodeJS.ErrnoException where it cannot be read */
export async function kindOfSeries(file: string, name = file): Promise<SeriesKind | null> {
  const named = kindByName(name);
  if (named) return named;
  const head = (await headOf(file)).trimStart();
  if (!head.startsWith('{')) return null;
  assertNoSummary(name, head);
  if (/^\{\s*"[^]*"log_history"\s*:/.test(head) || /^\{\s*\n/.test(head)) return 'trainer-state';
  return /^\{[^\n]*\}\s*(\n|$)/.test(head) ? 'json-lines' : null;
}

/** As src/toy_example/train_script.py writes it: an object with how many seeds, and a mean of each subset. */
const TOY_SUMMARY = /^\{\s*"n_seeds"\s*:\s*(\d+)\s*,\s*"\w+"\s*:\s*\{\s*"mean"\s*:/;

/** @throws UserError `series.results` */
function assertNoSummary(name: string, head: string): void {
  const seeds = TOY_SUMMARY.exec(head)?.[1];
  if (seeds === undefined) return;
  throw seriesError(
    'results',
    { file: name },
    `holds means over ${plural(Number(seeds), 'seed')} as the authors’ toy regression writes them, and no run; give its folder (toy_exp_…), where each seed_N has an event file`,
  );
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
