/**
 * Questions and answers as bytes. Questions: JSON. Answers: a JSON line that says what follows, then arrays end to
 * end, little-endian. Both are deflated behind a byte that names the layout.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { GivenAnswers, QuestionTable } from '#shared/answers.ts';
import { UserError } from '#shared/errors.ts';
import { numberAnswers } from './given.ts';

/** First byte of what is written now. */
const LAYOUT = 1;
/** First byte of the numbers of a toy regression from before there were layouts: a JSON array. */
const PLAIN_NUMBERS = '['.charCodeAt(0);

/** @returns bytes for `decodeQuestions` */
export function encodeQuestions(table: QuestionTable): Uint8Array {
  return pack(Buffer.from(JSON.stringify(table)));
}

/** @throws UserError `answers.damaged` where the bytes are not what was written */
export function decodeQuestions(bytes: Uint8Array): QuestionTable {
  return reading('questions', () => JSON.parse(unpack(bytes).toString()) as QuestionTable);
}

interface Header {
  texts: string[];
  count: number;
  parts: Part[];
}

/** What may follow a header, and bytes of an element. */
const PARTS = { given: 4, right: 1, losses: 4, values: 4 } as const;
type Part = keyof typeof PARTS;
type Arrays = Pick<GivenAnswers, Part>;

/** @returns bytes for `decodeAnswers`, about 5 for each question */
export function encodeAnswers({ texts, ...arrays }: GivenAnswers): Uint8Array {
  const parts = (Object.keys(PARTS) as Part[]).filter((part) => (arrays[part]?.length ?? 0) > 0);
  const count = arrays.values?.length ?? arrays.given.length;
  const header: Header = { texts, count, parts };
  const bytes = parts.map((part) => planes(arrays[part]!, PARTS[part]));
  return pack(Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...bytes]));
}

/** @throws UserError `answers.damaged` where the bytes are not what was written */
export function decodeAnswers(bytes: Uint8Array): GivenAnswers {
  return reading('answers', () => {
    if (bytes[0] === PLAIN_NUMBERS)
      return numberAnswers(JSON.parse(Buffer.from(bytes).toString()) as number[]);
    const content = unpack(bytes);
    const end = content.indexOf('\n');
    const header = JSON.parse(content.toString('utf8', 0, end)) as Header;
    return { texts: header.texts, ...arraysOf(header, content.subarray(end + 1)) };
  });
}

function arraysOf({ count, parts }: Header, content: Buffer): Arrays {
  let at = 0;
  const take = (part: Part): ArrayBuffer | null => {
    if (!parts.includes(part)) return null;
    const size = count * PARTS[part];
    const bytes = content.subarray(at, (at += size));
    if (bytes.length < size) throw new Error(`${part} ends early`);
    return whole(bytes, PARTS[part]);
  };
  const [given, right, losses, values] = [take('given'), take('right'), take('losses'), take('values')];
  return {
    given: new Uint32Array(given ?? []),
    right: right && new Uint8Array(right),
    losses: losses && new Float32Array(losses),
    values: values && new Float32Array(values),
  };
}

/** The first bytes of all elements, then the second ones and so on: alike bytes lie together and deflate well. */
function planes(array: NonNullable<Arrays[Part]>, width: number): Buffer {
  const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
  const apart = Buffer.alloc(bytes.length);
  for (let i = 0; i < array.length; i++)
    for (let k = 0; k < width; k++) apart[k * array.length + i] = bytes[i * width + k];
  return apart;
}

/** What `planes` took apart. */
function whole(apart: Buffer, width: number): ArrayBuffer {
  const count = apart.length / width;
  const bytes = new Uint8Array(apart.length);
  for (let i = 0; i < count; i++) for (let k = 0; k < width; k++) bytes[i * width + k] = apart[k * count + i];
  return bytes.buffer;
}

function pack(content: Buffer): Uint8Array {
  return Buffer.concat([Buffer.of(LAYOUT), deflateRawSync(content)]);
}

function unpack(bytes: Uint8Array): Buffer {
  if (bytes[0] !== LAYOUT) throw new Error(`layout ${bytes[0]} is not known to this version`);
  return inflateRawSync(bytes.subarray(1));
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'answers.damaged',
      `the kept ${what} cannot be read (${reason}): restore the database from a copy, or train the experiment again`,
      { cause: error },
    );
  }
}
