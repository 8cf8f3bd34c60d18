/** The strings and small tokenizers of tokenizers.py, and what Python made of them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, gunzipSync } from 'node:zlib';
import { openTokenizer, type ModelTokenizer } from '#lab/tokenizers/index.ts';

const FOLDER = new URL('tokenizers/', import.meta.url);

interface Golden {
  count: number;
  sha256: string;
  /** Base64, four bytes a string: CRC-32 (16 bits) of the ids and of the decoded text. */
  kinds: Record<string, string>;
  variants: Record<string, { base: string; fields: object; expected: string }>;
}

/** mulberry32, as in tokenizers.py. */
function randoms(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) * below) / 2 ** 32);
  };
}

/** Strings of every script, emoji, spaces, digits, controls, code and tags. */
export function goldenStrings(count: number): string[] {
  const { ranges, items } = JSON.parse(readFileSync(new URL('strings.json', FOLDER), 'utf8')) as {
    ranges: [number, number][];
    items: string[][];
  };
  const below = randoms(13);
  const repeat = (times: number, make: () => string) => {
    let text = '';
    for (let i = 0; i < times; i++) text += make();
    return text;
  };
  const character = ([first, last]: [number, number]) =>
    String.fromCodePoint(first + below(last - first + 1));
  const piece = (kind: number) => {
    if (kind < ranges.length) return repeat(1 + below(5), () => character(ranges[kind]));
    const pool = items[kind - ranges.length];
    return pool[below(pool.length)];
  };
  return Array.from({ length: count }, (_, i) => {
    const kinds = Array.from(
      { length: 1 + below(3) },
      (_, k) => (k === 0 ? i : below(2 ** 30)) % (ranges.length + items.length),
    );
    return repeat(1 + below(9), () => piece(kinds[below(kinds.length)]) + (below(3) === 0 ? ' ' : ''));
  });
}

/** What Python's `tokenizers` made of the strings. */
export function golden(): Golden {
  return JSON.parse(unzipped('expected.json.gz')) as Golden;
}

function unzipped(name: string): string {
  return gunzipSync(readFileSync(new URL(name, FOLDER))).toString('utf8');
}

/** Padding and the end of a text, for kinds that do not name them alike. */
const NAMES: Record<string, object> = {
  llama2: { bos_token: '<s>', eos_token: '</s>' },
  llama3: { eos_token: '<|end_of_text|>' },
  t5: { eos_token: '</s>', pad_token: '<pad>' },
};

/** Opens one of the small tokenizers, with some of its fields changed. */
export function goldenTokenizer(kind: string, fields: object = {}): ModelTokenizer {
  const folder = mkdtempSync(join(tmpdir(), `credence-${kind}-`));
  const tokenizer = JSON.parse(unzipped(`${kind}.json.gz`)) as object;
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...tokenizer, ...fields }));
  writeFileSync(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify(NAMES[kind] ?? { eos_token: '<|endoftext|>' }),
  );
  try {
    return openTokenizer(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Each string of which Python made something else, with a message that shows it readably. */
export function differences(
  tokenizer: ModelTokenizer,
  texts: readonly string[],
  expected: string,
): { text: string; message: string }[] {
  const bits = Buffer.from(expected, 'base64');
  return texts.flatMap((text, i) => {
    const { ids } = tokenizer.encode([{ role: 'text', text }]);
    const decoded = tokenizer.decode(ids);
    const sameIds = short(ids.join(',')) === bits.readUInt16LE(4 * i);
    if (sameIds && short(decoded) === bits.readUInt16LE(4 * i + 2)) return [];
    const pieces = tokenizer.pieces(text).map((piece) => `${piece.id} ${JSON.stringify(piece.text)}`);
    const what = sameIds ? `decoded ${JSON.stringify(decoded)}` : pieces.join(', ');
    return [
      { text, message: `string ${i} ${JSON.stringify(text)} is here ${what} (tokenizers.py show KIND ${i})` },
    ];
  });
}

function short(text: string): number {
  return crc32(text) & 0xffff;
}
