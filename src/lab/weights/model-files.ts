/** The files of a model folder in Hugging Face's layout: which are there, and what each must be. */
import { closeSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isMapping } from '#shared/config-path.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { openForReading } from './file-bytes.ts';
import { notWeights } from './stand-ins.ts';

export const CONFIG = 'config.json';
export const TOKENIZER = 'tokenizer.json';
export const WEIGHTS = 'model.safetensors';
export const INDEX = 'model.safetensors.index.json';

/** What the folder of a model holds in weights. */
export interface WeightFiles {
  /** Names in the folder. */
  files: string[];
  /** The file of each tensor, where an index says so; null for one file that says it itself. */
  index: ReadonlyMap<string, string> | null;
}

/** Whether a file's name is that of weights as a pickle, which runs code when it is opened. */
export function isPickle(name: string): boolean {
  const ofTraining = /^(training_args|optimizer|scheduler|rng_state\w*)\./.test(name);
  return /\.(bin|pt|pth|ckpt|pkl|pickle)$/i.test(name) && !ofTraining;
}

/** Weights of other programs. */
const OTHER = /\.(gguf|h5|msgpack|onnx|npz|safetensors)$/i;

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * The names in a folder.
 * @throws UserError `model.missing`
 */
export function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = { ENOENT: 'is not there', ENOTDIR: 'is a file' }[code ?? ''] ?? `cannot be read (${code})`;
    throw new UserError(
      'model.missing',
      `the model folder ${showValue(folder, 200)} ${what}; give a folder with config.json and model.safetensors`,
      { cause: error },
    );
  }
}

/**
 * The config of a model, as it stands there.
 * @throws UserError `model.config`; `weights.lfs-pointer`, `weights.web-page`
 */
export function readConfig(folder: string, names: readonly string[]): Record<string, unknown> {
  const file = join(folder, CONFIG);
  if (!names.includes(CONFIG))
    throw new UserError('model.config', `${folder} holds no config.json: ${missingConfig(names)}`);
  const config = readJson(file, 'model.config');
  if (!isMapping(config)) throw new UserError('model.config', `${file} is no JSON object; ${AGAIN}`);
  const type = config['model_type'];
  if (typeof type === 'string' && type !== '') return config;
  throw new UserError(
    'model.config',
    `${file}: model_type is ${showValue(type)}; add the architecture, for example "gpt_neox"`,
  );
}

/** What to do about a file that was changed or cut. */
export const AGAIN = 'fetch or copy the model again';

function missingConfig(names: readonly string[]): string {
  if (names.includes('adapter_config.json'))
    return 'it is an adapter (LoRA), no model; merge it into its model first, with merge_and_unload() of peft';
  return 'give the folder that model.save_pretrained(folder) of transformers wrote';
}

function readJson(file: string, code: string): unknown {
  checkStandIn(file);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new UserError(code, `${file} is not JSON; ${AGAIN}`);
  }
}

/** @throws UserError where another thing was saved under the file's name, or it cannot be read */
export function checkStandIn(file: string): void {
  const handle = openForReading(file);
  try {
    const wrong = notWeights(handle, file);
    if (wrong) throw wrong;
  } finally {
    closeSync(handle);
  }
}

/**
 * Which files hold the weights: `model.safetensors` before an index, as transformers takes them.
 * @throws UserError `model.pickle`, `model.weights`, `model.index`
 */
export function weightFiles(folder: string, names: readonly string[]): WeightFiles {
  if (names.includes(WEIGHTS)) return { files: [WEIGHTS], index: null };
  if (!names.includes(INDEX)) throw noWeights(folder, names);
  const index = readIndex(join(folder, INDEX));
  return { files: [...new Set(index.values())].toSorted(), index };
}

function readIndex(file: string): Map<string, string> {
  const parsed = indexSchema.safeParse(readJson(file, 'model.index'));
  const entries = Object.entries(parsed.data?.weight_map ?? {});
  if (entries.length === 0) throw new UserError('model.index', `${file} maps no tensors to files; ${AGAIN}`);
  const outside = entries.find(([, name]) => !/^[^/\\]+\.safetensors$/.test(name));
  if (outside)
    throw new UserError(
      'model.index',
      `${file} puts "${outside[0]}" into ${showValue(outside[1])}, which is no safetensors file of the folder; ${AGAIN}`,
    );
  return new Map(entries);
}

function noWeights(folder: string, names: readonly string[]): UserError {
  const pickle = names.find(isPickle);
  if (pickle !== undefined)
    return new UserError(
      'model.pickle',
      `${join(folder, pickle)} is a pickle, which can run any code when it is opened, so it is never opened here; ` +
        'convert it in transformers with model.save_pretrained(folder, safe_serialization=True), ' +
        'or take a revision of the model with model.safetensors',
    );
  const others = names.filter((name) => OTHER.test(name));
  const found = others.length === 0 ? '' : ` (only ${others.slice(0, 3).join(', ')})`;
  const shards = others.some((name) => /^model-\d+-of-\d+\.safetensors$/.test(name));
  const remedy = shards
    ? `add ${INDEX}, which says what is in which`
    : `add it, as model.save_pretrained(folder) of transformers writes it`;
  return new UserError('model.weights', `${folder} holds no ${WEIGHTS}${found}: ${remedy}`);
}

/** Files that a model needs and its folder lacks: a fetch that was broken off. Empty where nothing says more are needed. */
export function missingFiles(folder: string): string[] {
  const names = listFolder(folder);
  const isThere = (name: string) => holdsFile(join(folder, name));
  if (!isThere(CONFIG)) return [CONFIG];
  if (names.some(isPickle) && !names.includes(WEIGHTS) && !names.includes(INDEX)) return [];
  if (!names.includes(INDEX)) return isThere(WEIGHTS) ? [] : [WEIGHTS];
  if (!isThere(INDEX)) return [INDEX];
  return weightFiles(folder, names).files.filter((name) => !isThere(name));
}

/** Whether a file is there; so too where it cannot be told, which whoever opens it will say. */
export function holdsFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return true;
  }
}
