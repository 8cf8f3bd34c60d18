/** Checkpoints: safetensors files of float32 and int32 tensors, read and written at once. */
import { closeSync } from 'node:fs';
import { UserError } from '#shared/errors.ts';
import type { TensorData } from '#lab/engines/engine.ts';
import { bytesOf, openForReading, readBytesInto, writeAside, writeBytes, writeSynced } from './file-bytes.ts';
import { encodeHeader, readHeader, sizeOf, type TensorPlace } from './safetensors-header.ts';

export interface WeightTensor {
  shape: number[];
  data: TensorData;
}

export interface WeightsFile {
  tensors: Record<string, WeightTensor>;
  /** Free strings; checkpoints keep the whole config here. */
  metadata: Record<string, string>;
}

/**
 * Writes tensors so that the file is either the old one or the new one, whole, even after a power cut.
 * @returns bytes written
 * @throws UserError `weights.write-failed` (disk full, no permission, …); no temporary file is left
 */
export function writeSafetensors(path: string, { tensors, metadata }: WeightsFile): number {
  const entries = Object.entries(tensors).map(([name, tensor]) => entryOf(name, tensor));
  const chunks = [
    encodeHeader(entries, metadata),
    ...Object.values(tensors).map(({ data }) => bytesOf(data)),
  ];
  writeAside(path, (temporary) =>
    writeSynced(temporary, (file) => chunks.forEach((chunk) => writeBytes(file, chunk))),
  );
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}

function entryOf(name: string, { shape, data }: WeightTensor) {
  if (data.length !== sizeOf(shape))
    throw new RangeError(`tensor ${name}: shape [${shape.join(', ')}] does not hold ${data.length} values`);
  return [name, data instanceof Float32Array ? 'F32' : 'I32', shape] as const;
}

/**
 * Reads a safetensors file of float32 and int32 tensors and checks it.
 * @throws UserError `weights.missing`, `weights.dtype`; as `readHeader`
 */
export function readSafetensors(path: string): WeightsFile {
  const file = openForReading(path);
  try {
    const { tensors, metadata } = readHeader(file, path, 'use another checkpoint');
    const read = [...tensors].map(([name, place]) => [name, readTensor(file, path, name, place)] as const);
    return { tensors: Object.fromEntries(read), metadata };
  } finally {
    closeSync(file);
  }
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
