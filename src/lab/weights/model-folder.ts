/** A pre-trained model in a folder of Hugging Face's layout: config, tokenizer, weights by tensor. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '#shared/errors.ts';
import { bytesOf, openForReading, readBytesInto } from './file-bytes.ts';
import { expandHalves, FLOAT_TYPES } from './half-floats.ts';
import {
  AGAIN,
  checkStandIn,
  CONFIG,
  INDEX,
  listFolder,
  readConfig,
  TOKENIZER,
  weightFiles,
  type WeightFiles,
} from './model-files.ts';
import { readHeader, sizeOf, type TensorPlace } from './safetensors-header.ts';

/** Where a tensor of a folder lies. */
interface FolderTensor extends TensorPlace {
  /** The file's path. */
  file: string;
}

export interface ModelFolder {
  path: string;
  /** `config.json` as it stands there, with a `model_type`. */
  config: Record<string, unknown>;
  /** Path of `tokenizer.json`; null where there is none. */
  tokenizer: string | null;
  tensors: ReadonlyMap<string, FolderTensor>;
  /** Size of the files of weights. */
  bytes: number;
  /** Values of the floating-point tensors: as they are saved, so tied weights count once. */
  parameters: number;
  /**
   * One tensor as float32, exactly.
   * @throws UserError `weights.unknown`, `weights.dtype`; `weights.changed` where the file is not the one that was opened
   */
  read(name: string): Float32Array;
  /**
   * As `read`, into an array of its size, which may lie in a larger one; no other memory is taken.
   * @throws RangeError where the sizes differ
   */
  readInto(name: string, target: Float32Array): void;
  /** SHA-256 that identifies config, tokenizer and weights; worked out once, then kept. */
  digest(): Promise<string>;
}

/** A file of weights, as it was when its header was read. */
interface OpenedFile {
  path: string;
  size: number;
  mtimeMs: number;
  tensors: ReadonlyMap<string, TensorPlace>;
}

/**
 * Opens a model folder: reads its config and the headers of its weights, and checks them.
 * @throws UserError `model.missing`, `model.config`, `model.pickle`, `model.weights`, `model.index`,
 *   `weights.missing`, `weights.damaged`, `weights.lfs-pointer`, `weights.web-page`
 */
export function openModelFolder(path: string): ModelFolder {
  const names = listFolder(path);
  const config = readConfig(path, names);
  const weights = weightFiles(path, names);
  const files = new Map(weights.files.map((name) => [join(path, name), openFile(join(path, name))]));
  const tensors = placesOf(path, weights, files);
  const tokenizer = names.includes(TOKENIZER) ? join(path, TOKENIZER) : null;
  if (tokenizer !== null) checkStandIn(tokenizer);
  const pinned = pinnedNames(names, weights);
  const bytes = [...files.values()].reduce((sum, { size }) => sum + size, 0);
  const parameters = countParameters(tensors);
  return { path, config, tokenizer, tensors, bytes, parameters, ...reader(path, files, tensors, pinned) };
}

/** What identifies a model. */
function pinnedNames(names: readonly string[], weights: WeightFiles): string[] {
  return [CONFIG, TOKENIZER, INDEX].filter((name) => names.includes(name)).concat(weights.files);
}

/** The files that identify the model in a folder. @throws UserError as {@link openModelFolder} about names */
export function pinnedFiles(path: string): string[] {
  const names = listFolder(path);
  return pinnedNames(names, weightFiles(path, names)).map((name) => join(path, name));
}

function reader(
  path: string,
  files: ReadonlyMap<string, OpenedFile>,
  tensors: ReadonlyMap<string, FolderTensor>,
  pinned: readonly string[],
): Pick<ModelFolder, 'read' | 'readInto' | 'digest'> {
  let digest: Promise<string> | null = null;
  const placeOf = (name: string) => {
    const place = tensors.get(name);
    if (place) return place;
    throw new UserError('weights.unknown', `the weights in ${path} hold no tensor "${name}"; ${AGAIN}`);
  };
  return {
    read(name) {
      const place = placeOf(name);
      const target = new Float32Array(sizeOf(place.shape));
      readTensor(name, place, files.get(place.file), target);
      return target;
    },
    readInto(name, target) {
      const place = placeOf(name);
      readTensor(name, place, files.get(place.file), target);
    },
    digest: () => (digest ??= digestOf(path, pinned)),
  };
}

function openFile(path: string): OpenedFile {
  const file = openForReading(path);
  try {
    const { size, mtimeMs } = fstatSync(file);
    return { path, size, mtimeMs, tensors: readHeader(file, path, AGAIN).tensors };
  } finally {
    closeSync(file);
  }
}

function placesOf(
  path: string,
  { index }: WeightFiles,
  files: ReadonlyMap<string, OpenedFile>,
): Map<string, FolderTensor> {
  if (index === null)
    return new Map(
      [...files.values()].flatMap(({ path: file, tensors }) =>
        [...tensors].map(([name, place]) => [name, { ...place, file }] as const),
      ),
    );
  return new Map(
    [...index].map(([name, shard]) => [name, placeIn(path, name, files.get(join(path, shard)))] as const),
  );
}

function placeIn(folder: string, name: string, shard: OpenedFile | undefined): FolderTensor {
  const place = shard?.tensors.get(name);
  if (shard && place) return { ...place, file: shard.path };
  throw new UserError(
    'weights.damaged',
    `${join(folder, INDEX)} puts "${name}" into ${shard?.path}, which does not hold it; ${AGAIN}`,
  );
}

function countParameters(tensors: ReadonlyMap<string, TensorPlace>): number {
  const floats = [...tensors.values()].filter(({ dtype }) => /^(B?F\d|C64)/.test(dtype));
  return floats.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function readTensor(
  name: string,
  place: FolderTensor,
  opened: OpenedFile | undefined,
  target: Float32Array,
): void {
  checkReadable(name, place);
  if (target.length !== sizeOf(place.shape))
    throw new RangeError(
      `tensor ${name}: shape [${place.shape.join(', ')}] does not fill ${target.length} values`,
    );
  const file = openForReading(place.file);
  try {
    checkSame(file, opened);
    readBytesInto(file, bytesOf(target).subarray(target.byteLength - (place.end - place.start)), place.start);
  } finally {
    closeSync(file);
  }
  if (place.dtype === 'BF16' || place.dtype === 'F16') expandHalves(target, place.dtype);
}

function checkReadable(name: string, { dtype, file }: FolderTensor): void {
  if (FLOAT_TYPES.includes(dtype)) return;
  throw new UserError(
    'weights.dtype',
    `the weights ${file} hold "${name}" as ${dtype}; save the model as float32, float16 or bfloat16`,
  );
}

function checkSame(file: number, opened: OpenedFile | undefined): void {
  const { size, mtimeMs } = fstatSync(file);
  if (size === opened?.size && mtimeMs === opened.mtimeMs) return;
  throw new UserError(
    'weights.changed',
    `the weights ${opened?.path} were written since they were opened; wait until they are complete, and start again`,
  );
}

/** A hash of a line per file, with the SHA-256 that `sha256sum` gives it. */
async function digestOf(folder: string, names: readonly string[]): Promise<string> {
  const all = createHash('sha256');
  for (const name of names) all.update(`${await fileDigest(join(folder, name))}  ${name}\n`);
  return all.digest('hex');
}

/**
 * The hash of a file, read as a stream.
 * @param hash begun already where something precedes the file
 */
export async function fileDigest(path: string, hash: Hash = createHash('sha256')): Promise<string> {
  const stream = createReadStream(path, { highWaterMark: 1 << 20 });
  for await (const chunk of stream as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
