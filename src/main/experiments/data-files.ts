/** Where the files of datasets lie. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isModelPath } from '#lab/weights/resolve-model.ts';
import { defaultDigitsFolder } from '#lab/datasets/digits/index.ts';
import type { DatasetConfig, ExperimentConfig } from '#shared/config.ts';
import { PUBLISHED } from '#shared/datasets.ts';
import { defaultHome } from '../history/paths.ts';

/** Tables that were copied into the data folder, and published files that the user put there. */
export function datasetsFolder(home = defaultHome()): string {
  return path.join(home, 'datasets');
}

/** Datasets that were parsed once. */
export function datasetCache(home = defaultHome()): string {
  return path.join(home, 'cache', 'datasets');
}

/**
 * The config with an absolute path to its data.
 * @param base folder that a relative path is taken from
 * @param home the data folder, where published files are looked for that no path names
 */
export function withDataPath(config: ExperimentConfig, base: string, home = defaultHome()): ExperimentConfig {
  const { dataset } = config;
  const placed = withModelPath(config, base);
  if (!('path' in dataset)) return placed;
  const file = dataset.path === null ? defaultPath(dataset.kind, home) : dataPath(dataset.path, base, home);
  return { ...placed, dataset: { ...dataset, path: file } } as ExperimentConfig;
}

/**
 * The file that a path means. A bare name that is not beside the config is one of the data folder, where it is there:
 * so YAML goes from machine to machine.
 * @param base folder that a relative path is taken from
 */
export function dataPath(file: string, base: string, home = defaultHome()): string {
  const beside = path.resolve(base, file);
  const kept = path.join(datasetsFolder(home), file);
  return file === path.basename(file) && !existsSync(beside) && existsSync(kept) ? kept : beside;
}

/** With the folder of a pre-trained model where a path names one; a name stays as it is. */
function withModelPath(config: ExperimentConfig, base: string): ExperimentConfig {
  if (!('pretrained' in config) || config.pretrained === null) return config;
  return { ...config, pretrained: { ...config.pretrained, model: modelPath(config.pretrained.model, base) } };
}

/** A model's folder as an absolute path, where the text is one; a name in the Hub cache as it is. */
export function modelPath(model: string, base: string): string {
  return isModelPath(model, base) ? path.resolve(base, model) : model;
}

/** Where published files are looked for that no path names; null where other data serve as well. */
function defaultPath(kind: DatasetConfig['kind'], home: string): string | null {
  if (kind === 'mnist') return defaultDigitsFolder(datasetsFolder(home));
  return kind in PUBLISHED
    ? path.join(datasetsFolder(home), PUBLISHED[kind as keyof typeof PUBLISHED].place)
    : null;
}
