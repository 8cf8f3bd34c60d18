/**
 * The header of a safetensors file (github.com/huggingface/safetensors, "Format"): 8 bytes with the header's length
 * N (unsigned, little-endian), N bytes of JSON, then the tensors without gaps. The header maps each name to
 * `{dtype, shape, data_offsets}` and may hold `__metadata__`, a map of strings; spaces pad it so that the
 * data start at a multiple of 8.
 */
import { fstatSync } from 'node:fs';
import { z } from 'zod';
import { isMapping } from '#shared/config-path.ts';
import { plural } from '#shared/counting.ts';
import { UserError } from '#shared/errors.ts';
import { readBytesInto } from './file-bytes.ts';
import { notWeights } from './stand-ins.ts';

/** Where a tensor lies in its file. */
export interface TensorPlace {
  /** As the format names it: `F32`, `BF16`, `I64`, `BOOL`, … */
  dtype: string;
  shape: readonly number[];
  /** First byte, and the one after the last, counted from the beginning of the file. */
  start: number;
  end: number;
}

export interface Header {
  tensors: Map<string, TensorPlace>;
  /** Free strings; checkpoints keep the whole config here. */
  metadata: Record<string, string>;
}

/** The reference reader refuses longer headers. */
const MAX_HEADER_BYTES = 100_000_000;
const ALIGNMENT = 8;
const LENGTH_BYTES = 8;

/** Types by the bits of one value; of types that are not here only the place is checked. */
const TYPES: [bits: number, types: string][] = [
  [4, 'F4'],
  [6, 'F6_E2M3 F6_E3M2'],
  [8, 'BOOL U8 I8 F8_E5M2 F8_E4M3 F8_E8M0'],
  [16, 'U16 I16 F16 BF16'],
  [32, 'U32 I32 F32'],
  [64, 'U64 I64 F64 C64'],
];
const BITS = new Map(TYPES.flatMap(([bits, types]) => types.split(' ').map((type) => [type, bits] as const)));

const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const METADATA = '__metadata__';
const metadataSchema = z.string();

/** How many values a shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** How many bytes a tensor takes. @param dtype one that the format knows */
export function bytesFor(dtype: string, shape: readonly number[]): number {
  return (sizeOf(shape) * (BITS.get(dtype) ?? 0)) / 8;
}

/** The first bytes of a file, up to the first tensor; the tensors follow in the order given. */
export function encodeHeader(
  tensors: Iterable<readonly [name: string, dtype: string, shape: readonly number[]]>,
  metadata: Record<string, string>,
): Uint8Array {
  let offset = 0;
  const entries = [...tensors].map(([name, dtype, shape]) => {
    const data_offsets = [offset, (offset += bytesFor(dtype, shape))];
    return [name, { dtype, shape, data_offsets }] as const;
  });
  // Any string may name a tensor, "__proto__" too.
  const header = Object.fromEntries<unknown>([[METADATA, metadata], ...entries]);
  const json = Buffer.from(JSON.stringify(header));
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const bytes = Buffer.alloc(LENGTH_BYTES + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length));
  json.copy(bytes, LENGTH_BYTES);
  return bytes;
}

/**
 * Reads and checks the header of an open file; no tensor is read.
 * @param remedy what to do about a damaged file, for messages
 * @throws UserError `weights.damaged` (truncated, header not as the format says, sizes that do not add up);
 *   `weights.lfs-pointer`, `weights.web-page` where something else was saved in its place
 */
export function readHeader(file: number, path: string, remedy: string): Header {
  const fail = (what: string): never => {
    throw new UserError('weights.damaged', `the weights ${path} are damaged: ${what}; ${remedy}`);
  };
  const size = fstatSync(file).size;
  const length = headerLength(file, path, size, fail);
  const { [METADATA]: metadata, ...entries } = parseJson(readBytes(file, LENGTH_BYTES, length), fail);
  const start = LENGTH_BYTES + length;
  const tensors = mapEntries(entries, entrySchema, '', fail).map(([name, { dtype, shape, data_offsets }]) => {
    const [from, to] = data_offsets;
    return [name, { dtype, shape, start: start + from, end: start + to }] as const;
  });
  checkLayout(tensors, start, size, fail);
  const strings = mapEntries(metadata ?? {}, metadataSchema, `${METADATA}.`, fail);
  return { tensors: new Map(tensors), metadata: Object.fromEntries(strings) };
}

/** The bytes before the first tensor of an open file whose header was read. */
export function readHeaderBytes(file: number): Buffer {
  const length = Number(readBytes(file, 0, LENGTH_BYTES).readBigUInt64LE());
  return readBytes(file, 0, LENGTH_BYTES + length);
}

type Fail = (what: string) => never;

function headerLength(file: number, path: string, size: number, fail: Fail): number {
  if (size < LENGTH_BYTES) return fail(`the file has only ${plural(size, 'byte')}`);
  const length = Number(readBytes(file, 0, LENGTH_BYTES).readBigUInt64LE());
  if (length > MAX_HEADER_BYTES) throw notWeights(file, path) ?? fail('it is not a safetensors file');
  if (length > size - LENGTH_BYTES)
    return fail(`the file ends inside its header, after ${plural(size, 'byte')}`);
  return length;
}

function parseJson(bytes: Buffer, fail: Fail): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail('its header is not JSON');
  }
  return isMapping(json) ? json : fail('its header is no JSON object');
}

/** Checks each value of an object; entry by entry, because zod's objects drop one called "__proto__". */
function mapEntries<T>(object: unknown, schema: z.ZodType<T>, within: string, fail: Fail): [string, T][] {
  if (!isMapping(object)) return fail(`its header entry "${within}" is no object`);
  return Object.entries(object).map(([name, value]) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return [name, parsed.data];
    const { path: at, message } = parsed.error.issues[0];
    return fail(`its header entry "${[`${within}${name}`, ...at].join('.')}" is wrong (${message})`);
  });
}

/** The tensors must follow one another without gaps and end with the file. */
function checkLayout(
  tensors: readonly (readonly [string, TensorPlace])[],
  start: number,
  size: number,
  fail: Fail,
): void {
  let reached = start;
  for (const [name, place] of tensors.toSorted(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    if (place.start !== reached || place.end < place.start || !fits(place))
      fail(
        `"${name}" lies at bytes ${place.start - start} to ${place.end - start}, which does not fit its shape or neighbours`,
      );
    reached = place.end;
  }
  if (reached !== size) fail(`it should hold ${reached - start} bytes of tensors but holds ${size - start}`);
}

function fits({ dtype, shape, start, end }: TensorPlace): boolean {
  return !BITS.has(dtype) || end - start === bytesFor(dtype, shape);
}

function readBytes(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readBytesInto(file, bytes, position);
  return bytes;
}
