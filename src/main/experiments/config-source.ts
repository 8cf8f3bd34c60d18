/** Where configs come from: presets and YAML files, one of which may stand on another (`base`). */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { closest } from 'fastest-levenshtein';
import { isMapping, layOver } from '#shared/config-path.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { refuseAuthorsConfig } from '../authors/recognise.ts';
import { dataPath, modelPath } from './data-files.ts';
import { listPresets } from './presets.ts';
import { parseYaml } from './yaml-text.ts';

/** A config file larger than this is something else. */
const MAX_BYTES = 1_000_000;

/** Files that stand on one another; more is a mistake. */
const MAX_DEPTH = 10;

export interface ConfigSource {
  file: string;
  /** The fields that the file and those it stands on set; not a mapping where the file is none. */
  fields: unknown;
}

/**
 * Reads a preset or a YAML file. Its `base` names another one, whose fields it changes; relative table paths
 * are taken from the folder of the file that names them.
 * @param source name of a preset, or path of a `.yaml` file
 * @throws UserError `config.*` for anything wrong with a file
 */
export function readSource(source: string): ConfigSource {
  const file = locate(source);
  return { file, fields: withBase(parseYaml(readConfigText(file), file) ?? {}, file) };
}

/**
 * Lays a raw config over the one that its `base` names.
 * @param file the file it is from; its base is looked for beside it
 */
function withBase(raw: unknown, file: string, depth = 0): unknown {
  if (!isMapping(raw)) return raw;
  refuseAuthorsConfig(raw, file);
  const { base, ...fields } = withPaths(raw, file);
  if (base === undefined) return fields;
  if (typeof base !== 'string' || depth >= MAX_DEPTH)
    throw new UserError(
      'config.base',
      `${file}: base: ${showValue(base)} ${typeof base === 'string' ? 'stands on itself' : 'is not allowed'}; name a preset or a .yaml file`,
    );
  const below = locate(base, path.dirname(file));
  const under = withBase(parseYaml(readConfigText(below), below) ?? {}, below, depth + 1);
  return isMapping(under) ? layOver(under, fields) : fields;
}

function withPaths(raw: Record<string, unknown>, file: string): Record<string, unknown> {
  const { dataset, pretrained } = raw;
  const folder = path.dirname(file);
  const placed = { ...raw };
  if (isMapping(dataset) && typeof dataset.path === 'string' && dataset.path !== '')
    placed.dataset = { ...dataset, path: dataPath(dataset.path, folder) };
  if (isMapping(pretrained) && typeof pretrained.model === 'string')
    placed.pretrained = { ...pretrained, model: modelPath(pretrained.model, folder) };
  return placed;
}

function locate(source: string, folder = ''): string {
  const presets = listPresets();
  const preset = presets.find(({ name }) => name === source);
  if (preset) return preset.path;
  if (/[/\\]|\.ya?ml$/i.test(source)) return path.isAbsolute(source) ? source : path.join(folder, source);
  const names = presets.map(({ name }) => name);
  throw new UserError(
    'config.preset',
    `preset: ${showValue(source)} is unknown; did you mean "${closest(source, names)}"? Presets: ${names.join(', ')}; a file is given as path/to/file.yaml`,
  );
}

/**
 * The text of a config file.
 * @throws UserError `config.*` for a file that is missing, empty, too large or no text
 */
export function readConfigText(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats)
    throw new UserError('config.missing', `config file: ${showValue(file)} does not exist; check the path`);
  if (!stats.isFile())
    throw new UserError(
      'config.not-a-file',
      `config file: ${showValue(file)} is not a file; give a .yaml file`,
    );
  if (stats.size === 0)
    throw new UserError(
      'config.empty',
      `config file: ${showValue(file)} is empty; "credence presets" lists examples to start from`,
    );
  if (stats.size > MAX_BYTES)
    throw new UserError(
      'config.too-large',
      `config file: ${showValue(file)} has ${stats.size} bytes, more than any config; is it a data file?`,
    );
  return decode(file);
}

function decode(file: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    if (!text.includes('\0')) return text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES')
      throw new UserError(
        'config.unreadable',
        `config file: ${showValue(file)} cannot be read (no permission); change its permissions`,
      );
  }
  throw new UserError(
    'config.binary',
    `config file: ${showValue(file)} is not UTF-8 text; save it as UTF-8 YAML`,
  );
}
