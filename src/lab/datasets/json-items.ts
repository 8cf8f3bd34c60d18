/** The items of huge JSON arrays, one by one. */
import { JSONParser } from '@streamparser/json';
import { UserError } from '#shared/errors.ts';
import { pathField, readSource, type LoadOptions } from './source-file.ts';

const STRING_BUFFER = 64 * 1024;
/** An item beyond this is no document, and would be held in memory whole. */
const MAX_ITEM_BYTES = 50_000_000;

/**
 * Streams the items of the array that a file holds. @streamparser/json, because it reads twice as fast as
 * stream-json (43 against 21 MB/s on triples) and needs nothing else.
 * @param advanced told the bytes of the file that are read so far; the next are read when it is done
 * @throws UserError `dataset.json` where it is no JSON array, and as `readSource`
 */
export async function readJsonItems(
  path: string,
  options: LoadOptions,
  advanced: (bytes: number) => Promise<void>,
  use: (item: unknown) => void,
): Promise<void> {
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false, stringBufferSize: STRING_BUFFER });
  const state = { items: 0, waiting: 0, error: null as Error | null };
  parser.onValue = ({ value, parent }) => {
    if (!Array.isArray(parent)) throw notAnArray(path);
    state.waiting = 0;
    state.items++;
    use(value);
  };
  parser.onError = (error) => void (state.error ??= error);
  let bytes = 0;
  for await (const chunk of readSource(path, options, (read) => (bytes = read))) {
    state.waiting += chunk.length;
    if (state.waiting > MAX_ITEM_BYTES) throw notAnArray(path);
    parser.write(chunk);
    if (state.error) throw jsonError(path, state);
    await advanced(bytes);
  }
  if (!parser.isEnded) throw cutOff(path, state.items);
}

function jsonError(path: string, { items, error }: { items: number; error: Error | null }): Error {
  if (error instanceof UserError) return error;
  return new UserError(
    'dataset.json',
    `${pathField(path)} is not JSON after item ${items} (${error?.message.split('\n')[0].slice(0, 120)}); download it again`,
    { cause: error },
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
