/** Writes a model as a folder that transformers loads. */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '#shared/errors.ts';
import { bytesOf, syncFolder, writeAside, writeBytes, writeSynced } from './file-bytes.ts';
import { roundHalves, type FloatType } from './half-floats.ts';
import { CONFIG, INDEX, WEIGHTS } from './model-files.ts';
import { bytesFor, encodeHeader, sizeOf } from './safetensors-header.ts';

interface TensorToWrite {
  name: string;
  shape: readonly number[];
  /** Its values; a function is called when its turn comes, once, so that only one such array is held at a time. */
  data: Float32Array | (() => Float32Array);
  /** Values are rounded to the nearest; `F32` by default. */
  dtype?: FloatType;
}

/** How the files of a folder are called. */
interface FolderFiles {
  config: string;
  weights: string;
}

const MODEL_FILES: FolderFiles = { config: CONFIG, weights: WEIGHTS };

/** An adapter that PEFT loads. */
export const PEFT_FILES: FolderFiles = {
  config: 'adapter_config.json',
  weights: 'adapter_model.safetensors',
};

export interface ModelToWrite {
  /** Values, or the text of `config.json`: in that 1.0 stays 1.0, which transformers does not take for 1. */
  config: Record<string, unknown> | string;
  tensors: Iterable<TensorToWrite>;
  /** Files to copy as they are, for example `tokenizer.json`. */
  copy?: readonly string[];
  /** Free strings for the header of each file. */
  metadata?: Readonly<Record<string, string>>;
  /** Bytes of tensors from which on there is more than one file. */
  shardBytes?: number;
  /** Those of a model unless said. */
  files?: FolderFiles;
}

/** As Hugging Face shards: 5 GB. */
const SHARD_BYTES = 5e9;
/** Values rounded at a time. */
const STRETCH = 1 << 20;

/**
 * Writes a model folder that is there whole or not at all. Tensors are written one by one, none is copied whole.
 * @returns bytes of weights
 * @throws UserError `model.exists` where something is there; `model.copy`, `weights.write-failed`; `weights.overflow`
 *   where a value is too large for its type
 */
export function writeModelFolder(path: string, model: ModelToWrite): number {
  const target = resolve(path);
  const givesWay = checkFree(target);
  const tensors = [...model.tensors];
  checkTensors(tensors);
  const { config, weights } = model.files ?? MODEL_FILES;
  const shards = shardsOf(tensors, model.shardBytes ?? SHARD_BYTES, weights);
  let bytes = 0;
  writeAside(target, (folder) => {
    mkdirSync(folder, { recursive: true });
    for (const file of model.copy ?? []) writeFile(join(folder, basename(file)), readCopied(file));
    writeFile(join(folder, config), Buffer.from(textOf(model.config)));
    for (const [name, shard] of shards) bytes += writeShard(join(folder, name), shard, model.metadata);
    if (shards.size > 1) writeJson(join(folder, INDEX), indexOf(shards));
    syncFolder(folder);
    // Windows renames over nothing, not even an empty folder.
    if (givesWay) rmdirSync(target);
  });
  return bytes;
}

/** @returns whether an empty folder is there, which may give way */
function checkFree(path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there) return false;
  if (there.isDirectory() && readdirSync(path).length === 0) return true;
  throw new UserError('model.exists', `${path} is there already; choose another folder, or remove it`);
}

/** @throws RangeError before anything is written */
function checkTensors(tensors: readonly TensorToWrite[]): void {
  const names = new Set(tensors.map(({ name }) => name));
  if (names.size !== tensors.length) throw new RangeError('two tensors have the same name');
  for (const { name, shape, data } of tensors) if (typeof data !== 'function') checkSize(name, shape, data);
}

function readCopied(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const message = `cannot read ${file}, which is to be saved with the model: check that it is there`;
    throw new UserError('model.copy', message, { cause: error });
  }
}

function checkSize(name: string, shape: readonly number[], data: Float32Array): void {
  if (data.length !== sizeOf(shape))
    throw new RangeError(`tensor ${name}: shape [${shape.join(', ')}] does not hold ${data.length} values`);
}

/** Tensors by file, in their order; a tensor larger than a shard has one of its own. */
function shardsOf(
  tensors: readonly TensorToWrite[],
  limit: number,
  whole: string,
): Map<string, TensorToWrite[]> {
  const shards: TensorToWrite[][] = [[]];
  let bytes = 0;
  for (const tensor of tensors) {
    const size = tensorBytes(tensor);
    if (bytes > 0 && bytes + size > limit) {
      shards.push([]);
      bytes = 0;
    }
    shards[shards.length - 1].push(tensor);
    bytes += size;
  }
  if (shards.length === 1) return new Map([[whole, shards[0]]]);
  const five = (number: number) => String(number).padStart(5, '0');
  return new Map(
    shards.map((shard, at) => [`model-${five(at + 1)}-of-${five(shards.length)}.safetensors`, shard]),
  );
}

function tensorBytes({ shape, dtype = 'F32' }: TensorToWrite): number {
  return bytesFor(dtype, shape);
}

function indexOf(shards: ReadonlyMap<string, readonly TensorToWrite[]>) {
  const tensors = [...shards].flatMap(([file, shard]) => shard.map((tensor) => ({ ...tensor, file })));
  const total_size = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  const total_parameters = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const weight_map = Object.fromEntries(tensors.map(({ name, file }) => [name, file]));
  return { metadata: { total_parameters, total_size }, weight_map };
}

function writeJson(path: string, value: unknown): void {
  writeFile(path, Buffer.from(textOf(value)));
}

const textOf = (value: unknown) =>
  typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`;

function writeFile(path: string, bytes: Uint8Array): void {
  writeSynced(path, (file) => writeBytes(file, bytes));
}

function writeShard(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: ModelToWrite['metadata'] = {},
): number {
  const entries = tensors.map(({ name, dtype = 'F32', shape }) => [name, dtype, shape] as const);
  // transformers refuses files that do not say for whom they are.
  const header = encodeHeader(entries, { ...metadata, format: 'pt' });
  writeSynced(path, (file) => {
    writeBytes(file, header);
    const halves = new Uint16Array(STRETCH);
    for (const tensor of tensors) writeTensor(file, tensor, halves);
  });
  return tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), header.byteLength);
}

/** @param halves room for the values that are rounded at a time */
function writeTensor(
  file: number,
  { name, shape, data, dtype = 'F32' }: TensorToWrite,
  halves: Uint16Array,
): void {
  const values = typeof data === 'function' ? data() : data;
  checkSize(name, shape, values);
  if (dtype === 'F32') return writeBytes(file, bytesOf(values));
  for (let at = 0; at < values.length; at += STRETCH) {
    const stretch = values.subarray(at, at + STRETCH);
    const overflow = roundHalves(stretch, dtype, halves);
    if (overflow >= 0) throw tooLarge(name, stretch[overflow], dtype);
    writeBytes(file, bytesOf(halves.subarray(0, stretch.length)));
  }
}

function tooLarge(name: string, value: number, dtype: FloatType): UserError {
  return new UserError(
    'weights.overflow',
    `"${name}" holds ${value}, too large for ${dtype}; save it as F32`,
  );
}
