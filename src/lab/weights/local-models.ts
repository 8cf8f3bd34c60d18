/** The pre-trained models that a machine has, each with what is known from config and headers. */
import { join } from 'node:path';
import type { LocalModel, ModelFacts } from '#shared/pretrained-models.ts';
import { hubCache, listCachedModels, type CachedModel } from './hub-cache.ts';
import { evaluationMemory, trainingMemory } from './memory-needs.ts';
import { CONFIG, holdsFile, listFolder, missingFiles } from './model-files.ts';
import { openModelFolder, type ModelFolder } from './model-folder.ts';

type IsSupported = (architecture: string) => boolean;

/** The models of the Hub cache. */
export function cachedModels(
  env: Readonly<Record<string, string | undefined>>,
  isSupported: IsSupported,
): LocalModel[] {
  return listCachedModels(hubCache(env)).map((model) => describe({ ...model, from: 'cache' }, isSupported));
}

/**
 * The models of a folder: itself where it is one, else the folders in it that hold a config.
 * @throws UserError `model.missing`
 */
export function modelsIn(folder: string, isSupported: IsSupported): LocalModel[] {
  const names = listFolder(folder);
  const paths = names.includes(CONFIG)
    ? [folder]
    : names.map((name) => join(folder, name)).filter((path) => holdsFile(join(path, CONFIG)));
  return paths.map((path) =>
    describe({ name: path, path, revision: null, refs: [], from: 'folder' }, isSupported),
  );
}

type Found = Omit<CachedModel, 'revision'> & Pick<LocalModel, 'revision' | 'from'>;

function describe({ name, path, revision, refs, from }: Found, isSupported: IsSupported): LocalModel {
  const found = { name, from, path, revision, refs };
  try {
    const [missing] = missingFiles(path);
    if (missing !== undefined) return { ...found, facts: null, problem: `incomplete: ${missing} is missing` };
    return { ...found, facts: factsOf(openModelFolder(path), isSupported), problem: null };
  } catch (error) {
    return { ...found, facts: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

function factsOf(model: ModelFolder, isSupported: IsSupported): ModelFacts {
  const { config, tensors, parameters, bytes, tokenizer } = model;
  const architecture = String(config['model_type']);
  const dtypes = [...new Set([...tensors.values()].map(({ dtype }) => dtype))].filter((type) =>
    /F\d/.test(type),
  );
  return {
    architecture,
    parameters,
    bytes,
    dtypes: dtypes.toSorted(),
    vocabulary: vocabularyOf(config),
    tokenizer: tokenizer !== null,
    supported: isSupported(architecture),
    memory: {
      training: trainingMemory({ parameters }),
      evaluation: evaluationMemory({ parameters }),
    },
  };
}

function vocabularyOf({ vocab_size: size }: ModelFolder['config']): number | null {
  return typeof size === 'number' ? size : null;
}
