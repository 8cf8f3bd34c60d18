/**
 * SentencePiece's own normalisation (T5), which a tokenizer.json carries as `precompiled_charsmap`: a double-array
 * trie from UTF-8 to what stands in for it. The library has NFKC with exceptions in its place, which differs for
 * some thousand characters; this reads the table, as Python's `tokenizers` does, quirks included.
 */

/** Returns what a text of few characters becomes, or null where the table says nothing about it. */
export type CharacterMap = (text: string) => string | null;

/**
 * Reads a table.
 * @param charsmap base64: the length of the trie in bytes (32 bits, little-endian), the trie, texts that end in 0
 * @throws RangeError where it is cut short
 */
export function readCharacterMap(charsmap: string): CharacterMap {
  const bytes = Buffer.from(charsmap, 'base64');
  const units = bytes.readUInt32LE(0) / 4;
  const trie = Uint32Array.from({ length: units }, (_, i) => bytes.readUInt32LE(4 + 4 * i));
  const texts = bytes.subarray(4 + 4 * units);
  const known = new Map<string, string | null>();
  return (text) => {
    let found = known.get(text);
    if (found === undefined) {
      const place = firstValue(trie, Buffer.from(text));
      found = place === null ? null : texts.toString('utf8', place, endOf(texts, place));
      known.set(text, found);
    }
    return found;
  };
}

function endOf(texts: Buffer, place: number): number {
  const end = texts.indexOf(0, place);
  return end < 0 ? texts.length : end;
}

/** The value of the shortest key that the text begins with (darts-clone's layout of a unit). */
function firstValue(trie: Uint32Array, key: Uint8Array): number | null {
  const offsetOf = (unit: number) => (unit >>> 10) << ((unit & 0x200) >>> 6);
  let node = offsetOf(trie[0]);
  for (const byte of key) {
    if (byte === 0) return null;
    node ^= byte;
    const unit = trie[node] ?? 0;
    if ((unit & 0x800000ff) >>> 0 !== byte) return null;
    node ^= offsetOf(unit);
    if (unit & 0x100) return trie[node] & 0x7fffffff;
  }
  return null;
}
