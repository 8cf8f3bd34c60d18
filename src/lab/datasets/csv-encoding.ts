/** Which encoding a table is in, why, and its bytes as text. */
import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import type { CsvConfig } from '#shared/config.ts';
import type { Choice } from '#shared/records.ts';
import { UserError } from '#shared/errors.ts';
import { plural } from '#shared/counting.ts';
import { pathField, unreadable } from './source-file.ts';

/** A file, and what is said about how to read it. */
export type TableFile = Pick<CsvConfig, 'path' | 'encoding' | 'delimiter'>;

export type Encoding = 'utf-8' | 'windows-1252' | 'latin1' | 'utf-16le' | 'utf-16be';

const HEAD_BYTES = 64 * 1024;
/** What a decoder makes of bytes that it cannot read. */
export const LOST = '\ufffd';

/** Windows-1252 from 0x80 to 0x9f, where Latin-1 has control characters; five bytes stand for nothing. */
const WINDOWS = `€${LOST}‚ƒ„…†‡ˆ‰Š‹Œ${LOST}Ž${LOST}${LOST}‘’“”•–—˜™š›œ${LOST}žŸ`;

/** What one pass over the bytes of a file tells. */
interface Scan {
  head: Buffer;
  utf8: boolean;
  /** Place of the first zero byte; -1 for none. */
  nul: number;
}

/**
 * Reads all bytes of a file once and tells its encoding; `auto` takes UTF-8 where most of what is not ASCII is
 * valid UTF-8, else Windows-1252.
 * @throws UserError `dataset.encoding`, `dataset.binary`, `dataset.unreadable`
 */
export async function findEncoding(config: TableFile): Promise<{ encoding: Choice<Encoding>; head: Buffer }> {
  const scan = await scanBytes(config.path);
  const field = pathField(config.path);
  const encoding = markedEncoding(config, scan.head, field) ?? (await bytewise(config, scan, field));
  return { encoding, head: scan.head };
}

/** A decoder for pieces of a file; without a piece it ends. */
export function decoderOf(encoding: Encoding): (bytes?: Buffer) => string {
  if (encoding === 'latin1') return (bytes) => bytes?.toString('latin1') ?? '';
  if (encoding === 'windows-1252') return (bytes) => windowsText(bytes?.toString('latin1') ?? '');
  const decoder = new TextDecoder(encoding);
  return (bytes) => decoder.decode(bytes, { stream: bytes !== undefined });
}

/** Our own table: some versions of Node decode these bytes as Latin-1. */
function windowsText(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (byte) => WINDOWS[byte.charCodeAt(0) - 0x80]);
}

/** UTF-16 and UTF-8 by their byte order mark, or as the config says; null where single bytes have to tell. */
function markedEncoding({ encoding }: TableFile, head: Buffer, field: string): Choice<Encoding> | null {
  const mark = head.subarray(0, 3).toString('hex');
  if (head.subarray(0, 4).toString('hex') === 'fffe0000')
    throw new UserError('dataset.encoding', `${field} is UTF-32 text; save it as UTF-8 and load that`);
  const wide = { fffe: 'utf-16le', feff: 'utf-16be' }[mark.slice(0, 4)] as Encoding | undefined;
  const zeros = likelyUtf16(head);
  if (wide && encoding !== 'auto' && encoding !== 'utf-16')
    throw new UserError(
      'dataset.encoding',
      `dataset.encoding: "${encoding}", but ${field.replace('dataset.path: ', '')} begins with a UTF-16 byte order mark; set it to auto`,
    );
  if (encoding !== 'auto' && encoding !== 'utf-16') return null;
  if (wide) return { value: wide, why: 'the file begins with a UTF-16 byte order mark' };
  if (encoding === 'utf-16') return { value: zeros ?? 'utf-16le', why: 'set in dataset.encoding' };
  if (zeros)
    throw new UserError(
      'dataset.encoding',
      `${field} looks like UTF-16 text without a byte order mark; save it as UTF-8, or set dataset.encoding to utf-16`,
    );
  return mark === 'efbbbf' ? { value: 'utf-8', why: 'the file begins with a UTF-8 byte order mark' } : null;
}

/** UTF-16 without a mark has a zero in every other byte of plain letters. */
function likelyUtf16(head: Buffer): Encoding | null {
  const start = head.subarray(0, 1000);
  const zeros = [0, 1].map((parity) => start.filter((byte, i) => byte === 0 && i % 2 === parity).length);
  const half = start.length / 2;
  if (Math.max(...zeros) <= 0.4 * half || Math.min(...zeros) >= 0.1 * half) return null;
  return zeros[1] > zeros[0] ? 'utf-16le' : 'utf-16be';
}

async function bytewise(config: TableFile, { utf8, nul }: Scan, field: string): Promise<Choice<Encoding>> {
  if (nul >= 0)
    throw new UserError(
      'dataset.binary',
      `${field} is not text (byte ${nul} is zero); export the table as CSV or TSV and load that`,
    );
  if (config.encoding === 'latin1' || config.encoding === 'windows-1252')
    return { value: config.encoding, why: 'set in dataset.encoding' };
  if (utf8)
    return {
      value: 'utf-8',
      why: config.encoding === 'auto' ? 'all bytes are valid' : 'set in dataset.encoding',
    };
  const { valid, invalid, line } = await countCharacters(config.path);
  if (config.encoding === 'utf-8')
    throw new UserError(
      'dataset.encoding',
      `dataset.encoding: "utf-8", but ${field.replace('dataset.path: ', '')} has bytes that are not UTF-8 ` +
        `(${invalid}, the first in line ${line}); mend them, or set it to auto, windows-1252 or latin1`,
    );
  const counts = `${plural(invalid, 'place')} that ${invalid === 1 ? 'is' : 'are'} not UTF-8, the first in line ${line}`;
  if (valid >= invalid && valid > 0)
    return {
      value: 'utf-8',
      why: `${plural(valid, 'character')} beyond ASCII can only be UTF-8, beside ${counts}`,
    };
  return {
    value: 'windows-1252',
    why:
      valid === 0 ? counts : `${counts}, and only ${plural(valid, 'character')} beyond ASCII that could be`,
  };
}

/** One pass over the bytes: the first of them, whether all are UTF-8, and where the first zero byte is. */
async function scanBytes(path: string): Promise<Scan> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const found: Scan = { head: Buffer.alloc(0), utf8: true, nul: -1 };
  let read = 0;
  for await (const chunk of bytesOf(path)) {
    if (read < HEAD_BYTES) found.head = Buffer.concat([found.head, chunk]).subarray(0, HEAD_BYTES);
    const zero = found.nul < 0 ? chunk.indexOf(0) : -1;
    if (zero >= 0) found.nul = read + zero;
    found.utf8 &&= decodes(decoder, chunk);
    read += chunk.length;
  }
  found.utf8 &&= decodes(decoder);
  return found;
}

/** Feeds one chunk, or the end of the file, to a strict decoder. */
function decodes(decoder: TextDecoder, chunk?: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch {
    return false;
  }
}

/** Characters beyond ASCII that are valid UTF-8, places that are not, and the line of the first of these. */
async function countCharacters(path: string): Promise<{ valid: number; invalid: number; line: number }> {
  const decode = decoderOf('utf-8');
  const found = { valid: 0, invalid: 0, line: 1 };
  const count = (text: string) => {
    if (found.invalid === 0) {
      const lost = text.indexOf(LOST);
      const before = lost < 0 ? text : text.slice(0, lost);
      found.line += (before.match(/\r\n|\n|\r(?=.)/gs) ?? []).length;
    }
    // eslint-disable-next-line no-control-regex
    for (const [run] of text.matchAll(/[^\x00-\x7f]+/g))
      for (const character of run) found[character === LOST ? 'invalid' : 'valid']++;
  };
  for await (const chunk of bytesOf(path)) count(decode(chunk));
  count(decode());
  return found;
}

async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}
