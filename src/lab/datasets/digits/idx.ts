/** IDX, the format of the published MNIST files: a magic number, sizes, then one byte a pixel or label. */
import { UserError } from '#shared/errors.ts';
import { pathField, readSource, type LoadOptions } from '../source-file.ts';
import { CLASSES, DIGIT_PIXELS, DIGIT_SIZE } from './bank.ts';

export type IdxContent = 'images' | 'labels';

/** Two zero bytes, 8 for unsigned bytes, then the number of sizes. */
const MAGIC: Record<IdxContent, number> = { images: 0x803, labels: 0x801 };
/** Bytes before the data: the magic number and each size. */
const HEADER: Record<IdxContent, number> = { images: 16, labels: 8 };
const AGAIN = 'download it again';

/**
 * The bytes after the header of an IDX file, unpacked where it is gzip: pixels or labels of all its digits.
 * @throws UserError `dataset.idx` naming the file, what was found, what was expected and the remedy; as `readSource`
 */
export async function readIdx(
  path: string,
  content: IdxContent,
  options: LoadOptions = {},
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  let expected: number | null = null;
  for await (const chunk of readSource(path, options, () => {})) {
    chunks.push(chunk);
    size += chunk.length;
    if (expected === null && size >= HEADER[content])
      expected = expectedSize(path, content, Buffer.concat(chunks));
    // What a file promises is all that is read of it.
    if (expected !== null && size > expected)
      throw wrong(path, `goes on after the ${expected} bytes that its header promises; ${AGAIN}`);
  }
  if (expected === null || size < expected) throw tooShort(path, content, Buffer.concat(chunks), expected);
  const data = Buffer.concat(chunks).subarray(HEADER[content]);
  if (content === 'labels') checkLabels(path, data);
  return data;
}

/**
 * The bytes of an IDX file.
 * @param data pixels of 28 × 28 images, or labels
 */
export function writeIdx(content: IdxContent, data: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER[content]);
  header.writeUInt32BE(MAGIC[content], 0);
  header.writeUInt32BE(content === 'images' ? data.length / DIGIT_PIXELS : data.length, 4);
  if (content === 'images') [8, 12].forEach((at) => header.writeUInt32BE(DIGIT_SIZE, at));
  return Buffer.concat([header, data]);
}

function expectedSize(path: string, content: IdxContent, start: Buffer): number {
  checkMagic(path, content, start);
  const count = start.readUInt32BE(4);
  if (count === 0) throw wrong(path, `holds no ${content} (its header says 0); ${AGAIN}`);
  if (content === 'labels') return HEADER.labels + count;
  const [height, width] = [start.readUInt32BE(8), start.readUInt32BE(12)];
  if (height !== DIGIT_SIZE || width !== DIGIT_SIZE)
    throw wrong(
      path,
      `holds images of ${height} × ${width} pixels, not ${DIGIT_SIZE} × ${DIGIT_SIZE}; give MNIST's files, or others of that size`,
    );
  return HEADER.images + count * DIGIT_PIXELS;
}

function checkMagic(path: string, content: IdxContent, start: Buffer): void {
  const magic = start.readUInt32BE(0);
  if (magic === MAGIC[content]) return;
  const other = content === 'images' ? 'labels' : 'images';
  if (magic === MAGIC[other])
    throw wrong(path, `holds ${other} where ${content} belong; are two files exchanged? Rename them`);
  const page = start.subarray(0, 1).toString('latin1') === '<';
  const hex = (number: number) => number.toString(16).padStart(8, '0');
  throw wrong(
    path,
    page
      ? `is a web page, not an IDX file of ${content}; ${AGAIN}, from another address`
      : `begins with ${hex(magic)}, not with ${hex(MAGIC[content])} as an IDX file of ${content}; ${AGAIN}`,
  );
}

function tooShort(path: string, content: IdxContent, bytes: Buffer, expected: number | null): UserError {
  if (bytes.length === 0) return wrong(path, `is empty; ${AGAIN}`);
  // A text of a few bytes is better called what it is than too short.
  if (expected === null && bytes.length >= 4) checkMagic(path, content, bytes);
  const promised =
    expected === null
      ? `${HEADER[content]} bytes of an IDX header`
      : `${expected} bytes that its header promises`;
  return wrong(path, `ends after ${bytes.length} of the ${promised}; ${AGAIN}`);
}

function checkLabels(path: string, labels: Uint8Array): void {
  const at = labels.findIndex((label) => label >= CLASSES);
  if (at >= 0)
    throw wrong(
      path,
      `gives digit ${at + 1} of ${labels.length} the label ${labels[at]}, which is none of 0 to 9; give MNIST's files, or others of ten classes`,
    );
}

function wrong(path: string, what: string): UserError {
  return new UserError('dataset.idx', `${pathField(path)} ${what}`);
}
