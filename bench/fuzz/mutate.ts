/** Bytes that nearly are what a parser takes: a good input with some of it changed. */
import type { Random } from '#shared/random.ts';

/** What has broken parsers before. */
const WORDS = [
  ...[
    '__proto__',
    '"__proto__":{"polluted":1}',
    'constructor',
    '"prototype"',
    '../../../outside',
    '/etc/passwd',
  ],
  ...[
    '[',
    '{',
    '[[[[[[[[',
    '{"a":{"a":',
    ']',
    '}',
    '"',
    "'",
    ',',
    ':',
    ';',
    '\t',
    '\r',
    '\r\n',
    '\n',
    '\0',
    '\\',
  ],
  ...['&a [*a]', '*a', '<<: *a', '!!js/function', '---', '- ', '? ', '|', '>', '%', '@', '`', '#', '~'],
  ...[
    '1e999',
    '-1',
    '-0',
    '0',
    'NaN',
    'Infinity',
    '1e308',
    '9007199254740993',
    '4294967295',
    '0x10',
    '1_000',
  ],
  ...[
    'null',
    'true',
    '=1+1',
    '\uFEFF',
    '\u202E',
    '\uD800',
    '\u0000',
    '\\ud800',
    '😀',
    'İ',
    'ß',
    '(?=',
    '(a+)+$',
    '.*',
  ],
];
const MOST_BYTES = 20_000;

/** Changes a good input a few times. */
export function mutated(corpus: readonly Buffer[], random: Random): Buffer {
  let bytes = corpus[random.int(corpus.length)];
  const times = 1 + random.int(4);
  for (let i = 0; i < times; i++) bytes = CHANGES[random.int(CHANGES.length)](bytes, random, corpus);
  return bytes.subarray(0, MOST_BYTES);
}

type Change = (bytes: Buffer, random: Random, corpus: readonly Buffer[]) => Buffer;

const at = (bytes: Buffer, random: Random) => random.int(bytes.length + 1);

/** @param length bytes that are replaced */
function put(bytes: Buffer, place: number, length: number, what: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, place), what, bytes.subarray(place + length)]);
}

const CHANGES: Change[] = [
  function flipBit(bytes, random) {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[random.int(copy.length)] ^= 1 << random.int(8);
    return copy;
  },
  (bytes, random) => put(bytes, at(bytes, random), 1 + random.int(8), Buffer.alloc(0)),
  (bytes, random) => put(bytes, at(bytes, random), random.int(2), Buffer.of(random.int(256))),
  (bytes, random) => put(bytes, at(bytes, random), 0, Buffer.from(WORDS[random.int(WORDS.length)])),
  (bytes, random) =>
    put(bytes, at(bytes, random), 1 + random.int(20), Buffer.from(WORDS[random.int(WORDS.length)])),
  (bytes, random) => bytes.subarray(0, at(bytes, random)),
  function splice(bytes, random, corpus) {
    const other = corpus[random.int(corpus.length)];
    return Buffer.concat([bytes.subarray(0, at(bytes, random)), other.subarray(at(other, random))]);
  },
  function repeat(bytes, random) {
    const start = at(bytes, random);
    const piece = bytes.subarray(start, start + 1 + random.int(30));
    return put(bytes, start, 0, Buffer.concat(Array<Buffer>(1 + random.int(60)).fill(piece)));
  },
  function nest(bytes, random) {
    const [open, close] = [
      ['[', ']'],
      ['{"a":', '}'],
      ['- ', ''],
    ][random.int(3)];
    const depth = 1 + random.int(2000);
    return put(bytes, at(bytes, random), 0, Buffer.from(open.repeat(depth) + close.repeat(depth)));
  },
  function number(bytes, random) {
    const text = bytes.toString('latin1');
    const found = [...text.matchAll(/-?\d+(\.\d+)?/g)];
    if (found.length === 0) return bytes;
    const one = found[random.int(found.length)];
    const value = [-1, 0, 1e9, 2 ** 31, 2 ** 53, 1.5, 1e300][random.int(7)];
    return put(bytes, one.index, one[0].length, Buffer.from(String(value)));
  },
];
