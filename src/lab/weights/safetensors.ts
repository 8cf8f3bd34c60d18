/** Checkpoints: safetensors files of float32 and int32 tensors, read and written at once. */
import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { UserError } from '#shared/errors.ts';
import type { TensorData } from '#lab/engines/engine.ts';
import { bytesOf, openForReading, readBytesInto, writeAside, writeBytes, writeSynced } from './file-bytes.ts';
import { encodeHeader, readHeader, readHeaderBytes, sizeOf, type TensorPlace } from './safetensors-header.ts';

export interface WeightTensor {
  shape: number[];
  data: TensorData;
}

export interface WeightsFile {
  tensors: Record<string, WeightTensor>;
  /** Free strings; checkpoints keep the whole config here. */
  metadata: Record<string, string>;
}

/** Where a sealed file keeps the SHA-256 of its bytes, worked out with zeros in this place. */
const SEAL = 'credence.sha256';
const UNSEALED = '0'.repeat(64);

/**
 * Writes tensors so that the file is either the old one or the new one, whole, even after a power cut.
 * @param options.sealed with a hash over all of it, so that reading finds a bit that flipped
 * @param options.written called when the new file is on the disk, before it takes the place of the old one
 * @returns bytes written
 * @throws UserError `weights.write-failed` (disk full, no permission, …); no temporary file is left
 */
export function writeSafetensors(
  path: string,
  { tensors, metadata }: WeightsFile,
  { sealed = false, written }: { sealed?: boolean; written?: () => void } = {},
): number {
  const entries = Object.entries(tensors).map(([name, tensor]) => entryOf(name, tensor));
  const data = Object.values(tensors).map((tensor) => bytesOf(tensor.data));
  const header = (seal: string) => encodeHeader(entries, sealed ? { ...metadata, [SEAL]: seal } : metadata);
  const blank = header(UNSEALED);
  const chunks = [sealed ? header(digestOf([blank, ...data])) : blank, ...data];
  writeAside(path, (temporary) => {
    writeSynced(temporary, (file) => chunks.forEach((chunk) => writeBytes(file, chunk)));
    written?.();
  });
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}

function digestOf(chunks: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

function entryOf(name: string, { shape, data }: WeightTensor) {
  if (data.length !== sizeOf(shape))
    throw new RangeError(`tensor ${name}: shape [${shape.join(', ')}] does not hold ${data.length} values`);
  return [name, data instanceof Float32Array ? 'F32' : 'I32', shape] as const;
}

/**
 * Reads a safetensors file of float32 and int32 tensors and checks it.
 * @throws UserError `weights.missing`, `weights.dtype`; as `readHeader`; `weights.damaged` where a sealed file holds
 *   other bytes than were written
 */
export function readSafetensors(path: string): WeightsFile {
  const file = openForReading(path);
  try {
    const { tensors, metadata } = readHeader(file, path, REMEDY);
    const read = [...tensors].map(([name, place]) => [name, readTensor(file, path, name, place)] as const);
    const { [SEAL]: seal, ...rest } = metadata;
    if (seal !== undefined) checkSeal(file, path, seal, read);
    return { tensors: Object.fromEntries(read), metadata: rest };
  } finally {
    closeSync(file);
  }
}

const REMEDY = 'use another checkpoint';

/** The tensors of a sealed file lie in the order of its header. */
function checkSeal(
  file: number,
  path: string,
  seal: string,
  read: readonly (readonly [string, WeightTensor])[],
): void {
  const header = readHeaderBytes(file);
  const at = header.indexOf(`${JSON.stringify(SEAL)}:${JSON.stringify(seal)}`);
  if (at >= 0) header.write(UNSEALED, at + SEAL.length + 4, 'latin1');
  const data = read.map(([, tensor]) => bytesOf(tensor.data));
  if (at >= 0 && digestOf([header, ...data]) === seal) return;
  throw new UserError(
    'weights.damaged',
    `the weights ${path} are damaged: their bytes are not those that were written (SHA-256); ${REMEDY}`,
  );
}

function readTensor(file: number, path: string, name: string, place: TensorPlace): WeightTensor {
  const data = arrayFor(place);
  if (data === null)
    throw new UserError(
      'weights.dtype',
      `the weights ${path} hold "${name}" in a type other than float32 and int32: convert the file to float32`,
    );
  readBytesInto(file, bytesOf(data), place.start);
  return { shape: [...place.shape], data };
}

function arrayFor({ dtype, shape }: TensorPlace): TensorData | null {
  if (dtype === 'F32') return new Float32Array(sizeOf(shape));
  return dtype === 'I32' ? new Int32Array(sizeOf(shape)) : null;
}
