/** Rows of a run that Weights & Biases wrote on this disk: `offline-run-…/run-ID.wandb`, or `run-…` of one that was synced. */
import { createReadStream } from 'node:fs';
import { isMapping } from '#shared/config-path.ts';
import { jsonCells, looseJson } from './json-lines.ts';
import { SEED_NAME } from './roles.ts';
import { atText, seriesError, type Cell, type SeriesFile, type SeriesRow } from './rows.ts';
import { readWandbLog } from './wandb-log.ts';
import { decodeWandbRecord, type WandbItem } from './wandb-proto.ts';

/** What rows are of: cells of the run itself, before those that were logged. */
type OfRun = Map<string, Cell>;

/**
 * Tells a row for each step of the run's history, with the run's name and the seed of its config.
 * @returns bytes at the end that are no whole record
 * @throws UserError `series.wandb`, `series.json` naming the file, the place and the value
 */
export async function readWandbRun(file: SeriesFile, use: (row: SeriesRow) => void): Promise<number> {
  const of: OfRun = new Map();
  const bytes = createReadStream(file.path) as AsyncIterable<Buffer>;
  const { cut } = await readWandbLog(file.name, bytes, (record) => {
    const { run, config, history } = decoded(file, record);
    if (run) {
      of.set('run.name', nameOf(run));
      setSeed(file, of, run.config?.update ?? []);
    }
    if (config) setSeed(file, of, config.update);
    if (history) use(rowOf(file, of, history.item));
  });
  return cut;
}

function decoded(file: SeriesFile, record: Uint8Array) {
  try {
    return decodeWandbRecord(record);
  } catch {
    throw seriesError('wandb', { file: file.name }, 'holds a record that is none of W&B’s; copy it again');
  }
}

/** A name is not unique among runs, an id is. */
function nameOf({ displayName, runId }: { displayName: string; runId: string }): string {
  return displayName === '' || displayName === runId ? runId : `${displayName} (${runId})`;
}

/** `config.seed`, as scripts and Hugging Face's Trainer log it. */
function setSeed(file: SeriesFile, of: OfRun, items: readonly WandbItem[]): void {
  for (const item of items) {
    const [key, ...inner] = keysOf(item);
    if (inner.length > 0 || !SEED_NAME.test(key)) continue;
    const value = valueOf(file, 'config', item);
    if (typeof value === 'number') of.set(`config.${key}`, value);
  }
}

function rowOf(file: SeriesFile, of: OfRun, items: readonly WandbItem[]): SeriesRow {
  const logged: Record<string, unknown> = {};
  const at = Number(items.find((item) => keysOf(item).join('.') === '_step')?.valueJson);
  for (const item of items) setNested(logged, keysOf(item), valueOf(file, atText('wandb', at), item));
  return { at, cells: jsonCells(logged, '', new Map(of)) };
}

const keysOf = ({ key, nestedKey }: WandbItem) => (nestedKey.length > 0 ? nestedKey : [key]);

/** Keys may be called as what every object has: nothing is read through its prototype. */
function setNested(into: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  const [key, ...inner] = keys;
  const known = Object.hasOwn(into, key) ? into[key] : undefined;
  const next = inner.length === 0 ? value : isMapping(known) ? known : {};
  Object.defineProperty(into, key, { value: next, enumerable: true, configurable: true, writable: true });
  if (inner.length > 0) setNested(next as Record<string, unknown>, inner, value);
}

/** @throws UserError `series.json` */
function valueOf(file: SeriesFile, at: string, item: WandbItem): unknown {
  try {
    // In a list, where names of numbers that are not finite are known for values.
    const [value] = looseJson(`[${item.valueJson}]`) as unknown[];
    if (item.valueJson !== '') return value;
  } catch {
    // told below
  }
  const where = { file: file.name, at, value: item.valueJson };
  throw seriesError(
    'json',
    where,
    `of ${JSON.stringify(keysOf(item).join('.'))} is no JSON; copy the file again`,
  );
}
