/**
 * The safetensors format (github.com/huggingface/safetensors, "Format"): 8 bytes with the header's length
 * N (unsigned, little-endian), N bytes of JSON, then the tensors without gaps. The header maps each name to
 * `{dtype, shape, data_offsets}` and may hold `__metadata__`, a map of strings; spaces pad it so that the
 * data start at a multiple of 8.
 *
 * Written by hand rather than with write-file-atomic, because that one takes a single buffer, trusts one
 * `write` to take it whole, and does not sync the folder.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { UserError } from '#shared/errors.ts';
import type { TensorData } from '#lab/engines/engine.ts';

export interface WeightTensor {
  shape: number[];
  data: TensorData;
}

export interface WeightsFile {
  tensors: Record<string, WeightTensor>;
  /** Free strings; checkpoints keep the whole config here. */
  metadata: Record<string, string>;
}

/** The reference reader refuses longer headers. */
const MAX_HEADER_BYTES = 100_000_000;
const ALIGNMENT = 8;
const LENGTH_BYTES = 8;

const entrySchema = z.strictObject({
  dtype: z.enum(['F32', 'I32']),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()).default({}) })
  .catchall(entrySchema);

type Entry = z.output<typeof entrySchema>;

/**
 * Writes tensors so that the file is either the old one or the new one, whole, even after a power cut:
 * a temporary name in the same folder, fsync, rename, fsync of the folder.
 * @returns bytes written
 * @throws UserError `weights.write-failed` (disk full, no permission, …); no temporary file is left
 */
export function writeSafetensors(path: string, { tensors, metadata }: WeightsFile): number {
  // One that a killed process left behind is overwritten by the next write of the same checkpoint.
  const temporary = `${path}.tmp`;
  const chunks = [
    encodeHeader(tensors, metadata),
    ...Object.values(tensors).map(({ data }) => bytesOf(data)),
  ];
  try {
    writeSynced(temporary, chunks);
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const remedy = 'check that the folder exists, can be written and has free space';
    throw new UserError('weights.write-failed', `cannot write ${path}: ${remedy} (${reason})`, {
      cause: error,
    });
  }
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}

function encodeHeader(tensors: WeightsFile['tensors'], metadata: WeightsFile['metadata']): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (data.length !== sizeOf(shape))
      throw new RangeError(`tensor ${name}: shape [${shape.join(', ')}] does not hold ${data.length} values`);
    const dtype = data instanceof Float32Array ? 'F32' : 'I32';
    header[name] = { dtype, shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const bytes = Buffer.alloc(LENGTH_BYTES + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length));
  json.copy(bytes, LENGTH_BYTES);
  return bytes;
}

function writeSynced(path: string, chunks: Uint8Array[]): void {
  const file = openSync(path, 'w');
  try {
    for (const chunk of chunks) {
      for (let done = 0; done < chunk.byteLength;) done += writeSync(file, chunk, done);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a rename durable. Windows cannot open folders and needs no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Reads a safetensors file of float32 and int32 tensors and checks it.
 * @throws UserError `weights.missing`, `weights.damaged` (truncated, header not as the format says, sizes
 *   that do not add up) or `weights.dtype`
 */
export function readSafetensors(path: string): WeightsFile {
  const file = openForReading(path);
  try {
    const size = fstatSync(file).size;
    const headerBytes = headerLength(file, path, size);
    const { __metadata__: metadata, ...entries } = parseHeader(
      readBytes(file, LENGTH_BYTES, headerBytes),
      path,
    );
    const start = LENGTH_BYTES + headerBytes;
    checkLayout(entries, size - start, path);
    const tensors = Object.entries(entries).map(([name, entry]) => [name, readTensor(file, start, entry)]);
    return { tensors: Object.fromEntries(tensors) as WeightsFile['tensors'], metadata };
  } finally {
    closeSync(file);
  }
}

function openForReading(path: string): number {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) throw missing(path);
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw missing(path, error);
  }
}

function missing(path: string, cause?: unknown): UserError {
  const message = `cannot open the weights ${path}: check that the file exists and can be read`;
  return new UserError('weights.missing', message, { cause });
}

function damaged(path: string, what: string): UserError {
  return new UserError('weights.damaged', `the weights ${path} are damaged: ${what}; use another checkpoint`);
}

function headerLength(file: number, path: string, size: number): number {
  if (size < LENGTH_BYTES) throw damaged(path, `the file has only ${size} bytes`);
  const length = Number(readBytes(file, 0, LENGTH_BYTES).readBigUInt64LE());
  if (length > MAX_HEADER_BYTES) throw damaged(path, 'it is not a safetensors file');
  if (length > size - LENGTH_BYTES)
    throw damaged(path, `the file ends inside its header, after ${size} bytes`);
  return length;
}

function parseHeader(bytes: Buffer, path: string): z.output<typeof headerSchema> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged(path, 'its header is not JSON');
  }
  const header = headerSchema.safeParse(json);
  if (header.success) return header.data;
  const { path: at, message } = header.error.issues[0];
  if (at[1] === 'dtype') {
    throw new UserError(
      'weights.dtype',
      `the weights ${path} hold "${String(at[0])}" in a type other than float32 and int32: convert the file to float32`,
    );
  }
  throw damaged(path, `its header entry "${at.join('.')}" is wrong (${message})`);
}

/** The tensors must follow one another without gaps and end with the file. */
function checkLayout(entries: Record<string, Entry>, dataBytes: number, path: string): void {
  const order = Object.entries(entries).sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );
  let end = 0;
  for (const [name, { shape, data_offsets }] of order) {
    const [from, to] = data_offsets;
    if (from !== end || to - from !== sizeOf(shape) * 4)
      throw damaged(
        path,
        `"${name}" lies at bytes ${from} to ${to}, which does not fit its shape or neighbours`,
      );
    end = to;
  }
  if (end !== dataBytes) throw damaged(path, `it should hold ${end} bytes of tensors but holds ${dataBytes}`);
}

function readTensor(file: number, start: number, { dtype, shape, data_offsets }: Entry): WeightTensor {
  const data = dtype === 'F32' ? new Float32Array(sizeOf(shape)) : new Int32Array(sizeOf(shape));
  readInto(file, bytesOf(data), start + data_offsets[0]);
  return { shape, data };
}

function readBytes(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readInto(file, bytes, position);
  return bytes;
}

function readInto(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.byteLength;) {
    const count = readSync(file, bytes, done, bytes.byteLength - done, position + done);
    if (count === 0) throw new Error('a file became shorter while it was read');
    done += count;
  }
}

/** The bytes of an array; all platforms Node runs on with typed arrays here are little-endian. */
function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
