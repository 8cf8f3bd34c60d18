/** Bytes as tokens write them: one character each in byte-level vocabularies, `<0x0A>` in SentencePiece's. */

const PRINTABLE = [
  [0x21, 0x7e],
  [0xa1, 0xac],
  [0xae, 0xff],
] as const;

/** GPT-2's alphabet: printable Latin-1 stands for itself, the other bytes for U+0100 and on. */
export const BYTE_CHARACTERS: readonly string[] = (() => {
  let next = 0x100;
  const printable = (byte: number) => PRINTABLE.some(([first, last]) => byte >= first && byte <= last);
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
})();

const BYTES = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));
const BYTE_TOKEN = /^<0x([0-9A-Fa-f]{2})>$/;
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes that a token of a byte-level vocabulary writes; an added token that cannot be read so is its text. */
export function bytesOfToken(token: string): readonly number[] {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = BYTES.get(character);
    if (byte === undefined) return [...Buffer.from(token)];
    bytes.push(byte);
  }
  return bytes;
}

/** The byte that a token such as `<0x0A>` stands for, or null. */
export function byteOfToken(token: string): number | null {
  const found = BYTE_TOKEN.exec(token);
  return found ? Number.parseInt(found[1], 16) : null;
}

/** How SentencePiece names a byte. */
export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** Bytes as text; those that are no whole character as `<0xE2>`, never as U+FFFD. */
export function shownBytes(bytes: readonly number[]): string {
  let shown = '';
  for (let at = 0; at < bytes.length;) {
    const character = characterAt(bytes, at);
    shown += character ?? byteToken(bytes[at]);
    at += character === null ? 1 : Buffer.byteLength(character);
  }
  return shown;
}

function characterAt(bytes: readonly number[], at: number): string | null {
  const first = bytes[at];
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > bytes.length) return null;
  try {
    return STRICT.decode(Uint8Array.from(bytes.slice(at, at + length)));
  } catch {
    return null;
  }
}
