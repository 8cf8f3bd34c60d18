/**
 * Reads an experiment from a preset or a YAML file, applies `--set path=value`, and resolves it.
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { closest } from 'fastest-levenshtein';
import { parse } from 'yaml';
import type { ExperimentConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { withDataPath } from './data-files.ts';
import { listPresets } from './presets.ts';
import { parseYaml } from './yaml-text.ts';

/** A config file larger than this is something else. */
const MAX_BYTES = 1_000_000;

export interface ConfigOverrides {
  seeds?: string;
  engine?: string;
  name?: string;
  /** `path=value` pairs; the value is read as YAML. */
  set?: string[];
}

/**
 * Loads and resolves an experiment.
 * @param source name of a preset, or path of a `.yaml` file
 * @throws UserError `config.*` for anything wrong with file or fields
 */
export function loadConfig(source: string, overrides: ConfigOverrides = {}): ExperimentConfig {
  const file = locate(source);
  const raw = parseYaml(readText(file), file);
  const fields = raw ?? {};
  for (const assignment of overrides.set ?? []) assign(fields, assignment);
  for (const key of ['seeds', 'engine', 'name'] as const) {
    if (overrides[key] !== undefined && isMapping(fields)) fields[key] = overrides[key];
  }
  const config = resolveConfig(fields);
  if (isMapping(fields) && fields.name === undefined)
    config.name = path.basename(file).replace(/\.ya?ml$/i, '');
  return withDataPath(config, path.dirname(file));
}

function locate(source: string): string {
  const presets = listPresets();
  const preset = presets.find(({ name }) => name === source);
  if (preset) return preset.path;
  if (/[/\\]|\.ya?ml$/i.test(source)) return source;
  const names = presets.map(({ name }) => name);
  throw new UserError(
    'config.preset',
    `preset: ${showValue(source)} is unknown; did you mean "${closest(source, names)}"? Presets: ${names.join(', ')}; a file is given as path/to/file.yaml`,
  );
}

function readText(file: string): string {
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

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Applies one `--set path=value`; what it names is checked with the rest of the config. */
function assign(fields: unknown, assignment: string): void {
  const at = assignment.indexOf('=');
  if (at < 1)
    throw new UserError(
      'config.set',
      `--set: ${showValue(assignment)} has no value; write path=value, for example training.stage2.epochs=20`,
    );
  const keys = assignment.slice(0, at).split('.');
  if (keys.some((key) => key === '' || key === '__proto__'))
    throw new UserError(
      'config.set',
      `--set: ${showValue(assignment)} has an empty or reserved name in its path; write path=value`,
    );
  let target = fields;
  for (const key of keys.slice(0, -1)) {
    if (!isMapping(target)) throw notAMapping(assignment, key);
    target = target[key] ??= {};
  }
  if (!isMapping(target)) throw notAMapping(assignment, keys.at(-1)!);
  target[keys.at(-1)!] = parseValue(assignment.slice(at + 1), assignment);
}

function notAMapping(assignment: string, key: string): UserError {
  return new UserError(
    'config.set',
    `--set: ${showValue(assignment)}: "${key}" lies inside a value that has no fields; check the path`,
  );
}

function parseValue(text: string, assignment: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    throw new UserError(
      'config.set',
      `--set: ${showValue(assignment)}: the value is not valid YAML; quote it`,
    );
  }
}
