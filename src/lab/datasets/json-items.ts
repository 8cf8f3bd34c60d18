/** The items of huge JSON arrays, a batch at a time. */
import { JSONParser } from '@streamparser/json';
import { UserError } from '#shared/errors.ts';
import { ArrayCutter } from './array-cutter.ts';
import { pathField, readSource, type LoadOptions } from './source-file.ts';

/** An item beyond this is no document, and would be held in memory whole. */
const MAX_ITEM_BYTES = 50_000_000;

/**
 * Streams the items of the array that a file holds: cut at the commas between items, parsed by `JSON.parse` batch
 * by batch, which is several times faster than a parser of single tokens.
 * @param advanced told the bytes of the file that are read so far; the next are read when it is done
 * @throws UserError `dataset.json` where it is no JSON array, and as `readSource`
 */
export async function readJsonItems(
  path: string,
  options: LoadOptions,
  advanced: (bytes: number) => Promise<void>,
  use: (item: unknown) => void,
): Promise<void> {
  const cutter = new ArrayCutter();
  let items = 0;
  const parse = (batch: string) => {
    const parsed = parseBatch(batch, path, items);
    items += parsed.length;
    parsed.forEach(use);
  };
  let bytes = 0;
  for await (const chunk of readSource(path, options, (read) => (bytes = read))) {
    const batch = cutter.add(chunk);
    if ((cutter.foreign === '{' && !cutter.ended) || cutter.waiting > MAX_ITEM_BYTES) throw notAnArray(path);
    if (batch !== null) parse(batch);
    if (cutter.foreign !== null)
      throw jsonError(path, items, `${JSON.stringify(cutter.foreign)} is in the way`);
    await advanced(bytes);
  }
  if (!cutter.ended) throw cutOff(path, items);
}

function parseBatch(batch: string, path: string, before: number): unknown[] {
  try {
    return JSON.parse(batch) as unknown[];
  } catch {
    const { items, reason } = firstFault(batch);
    throw jsonError(path, before + items, reason);
  }
}

/** Reads a batch token by token, to tell after which item it goes wrong. */
function firstFault(batch: string): { items: number; reason: string } {
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false });
  let items = 0;
  let reason = 'it cannot be parsed';
  parser.onValue = () => void items++;
  parser.onError = ({ message }) => void (reason = message);
  parser.write(batch);
  return { items, reason };
}

function jsonError(path: string, items: number, reason: string): UserError {
  return new UserError(
    'dataset.json',
    `${pathField(path)} is not JSON after item ${items} (${reason.split('\n')[0].slice(0, 120)}); download it again`,
  );
}

function notAnArray(path: string): UserError {
  return new UserError(
    'dataset.json',
    `${pathField(path)} holds no JSON array of documents or triples; give the T-REx files as published`,
  );
}

function cutOff(path: string, items: number): UserError {
  return new UserError(
    'dataset.json',
    `${pathField(path)} ends in the middle, after ${items} items; download it again`,
  );
}
