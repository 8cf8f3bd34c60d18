/** Resolves an experiment or a sweep from a preset or a YAML file, with `--set path=value` applied. */
import path from 'node:path';
import type { ExperimentConfig } from '#shared/config.ts';
import { isMapping, overlappingPaths, withField } from '#shared/config-path.ts';
import { repeatedText } from '#shared/config/templates.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import {
  parseSweep,
  splitSweep,
  sweepCells,
  withCell,
  type SweepCell,
  type SweepSpec,
} from '#shared/sweep.ts';
import { isRangeText } from '#shared/sweep-text.ts';
import { readSource } from './config-source.ts';
import { modelPath, withDataPath } from './data-files.ts';
import { parseYaml } from './yaml-text.ts';

export interface ConfigOverrides {
  seeds?: string;
  engine?: string;
  name?: string;
  /** A pre-trained model: a name, or a folder as seen from the current directory; short for `pretrained.model=…`. */
  model?: string;
  /** `path=value` pairs; the value is read as YAML. */
  set?: string[];
}

const SET_EXAMPLE = 'training.stage2.epochs=20';

/** A sweep with a resolved config for each of its cells. */
export interface SweepPlan {
  name: string;
  spec: SweepSpec;
  cells: { cell: SweepCell; config: ExperimentConfig }[];
}

/**
 * Loads and resolves an experiment.
 * @param source name of a preset, or path of a `.yaml` file
 * @throws UserError `config.*` for anything wrong with file or fields, `config.sweep` if it is a sweep
 */
export function loadConfig(source: string, overrides: ConfigOverrides = {}): ExperimentConfig {
  const { file, fields } = readSource(source);
  const { sweep } = splitSweep(fields);
  if (sweep !== undefined)
    throw new UserError(
      'config.sweep',
      `${file}: is a sweep over ${Object.keys(parseSweep(sweep).over).join(', ')}; run it with "credence sweep ${source}"`,
    );
  return resolveFields(withOverrides(fields, overrides), file);
}

/**
 * Loads what a preset or file describes: an experiment, and how it is swept where it is.
 * @throws UserError as `loadConfig`
 */
export function loadDesign(source: string): { config: ExperimentConfig; sweep: SweepSpec | null } {
  const { file, fields: all } = readSource(source);
  const { fields, sweep } = splitSweep(all);
  return { config: resolveFields(fields, file), sweep: sweep === undefined ? null : parseSweep(sweep) };
}

/** Whether a preset or file describes a sweep. */
export function isSweepSource(source: string): boolean {
  return isSweep(readSource(source).fields);
}

/**
 * Loads a sweep and resolves every cell.
 * @param over fields to sweep in place of those of the file, as `path=value,value`; needed where it has none
 * @throws UserError `config.*` and `sweep.*`
 */
export function loadSweep(
  source: string,
  overrides: ConfigOverrides = {},
  { over = [], paired = false }: { over?: string[]; paired?: boolean } = {},
): SweepPlan {
  const { file, fields: all } = readSource(source);
  const { fields, sweep: given = { over: {} } } = splitSweep(all);
  const spec = parseSweep(
    over.length > 0 ? { mode: paired ? 'paired' : 'grid', over: readOver(over) } : given,
  );
  checkNotSwept(overrides, Object.keys(spec.over));
  const changed = withOverrides(fields, overrides);
  const { name } = resolveFields(changed, file);
  const cells = sweepCells(spec).map((cell) => ({
    cell,
    config: resolveFields(withCell(changed, cell, name), file),
  }));
  return { name, spec, cells };
}

function isSweep(fields: unknown): boolean {
  return splitSweep(fields).sweep !== undefined;
}

function resolveFields(fields: unknown, file: string): ExperimentConfig {
  const config = resolveConfig(fields);
  if (isMapping(fields) && fields.name === undefined)
    config.name = path.basename(file).replace(/\.ya?ml$/i, '');
  return withDataPath(config, path.dirname(file));
}

function withOverrides(fields: unknown, overrides: ConfigOverrides): unknown {
  checkSetOnce(overrides);
  const set = (overrides.set ?? []).reduce<unknown>(assign, fields);
  if (!isMapping(set)) return set;
  const named = (['seeds', 'engine', 'name'] as const).filter((key) => overrides[key] !== undefined);
  return withModel({ ...set, ...Object.fromEntries(named.map((key) => [key, overrides[key]])) }, overrides);
}

const MODEL = 'pretrained.model';

function withModel(fields: Record<string, unknown>, { model }: ConfigOverrides): unknown {
  if (model === undefined) return fields;
  const { task = 'language', pretrained } = fields;
  if (task !== 'language')
    throw new UserError(
      'config.model',
      `--model: the experiment's task is ${showValue(task)}; only those of the task "language" begin with a pre-trained model, leave --model out`,
    );
  const placed = modelPath(model, process.cwd());
  return { ...fields, pretrained: { ...(isMapping(pretrained) ? pretrained : {}), model: placed } };
}

/** The fields that `--set` names. */
function setPaths({ set = [] }: ConfigOverrides): string[] {
  return set.map((assignment) => splitAssignment(assignment, '--set', SET_EXAMPLE).path);
}

/** What is set of a swept field would be lost in every cell. */
function checkNotSwept(overrides: ConfigOverrides, swept: readonly string[]): void {
  const given = [...setPaths(overrides), ...(overrides.model === undefined ? [] : [MODEL])];
  const lost = given.find((at) => swept.some((field) => `${at}.`.startsWith(`${field}.`)));
  if (lost === undefined) return;
  const option = setPaths(overrides).includes(lost) ? '--set' : '--model';
  throw new UserError(
    'config.set',
    `${option}: ${showValue(lost)} is swept, so that no combination would have this value; leave it out, or do not sweep it`,
  );
}

/** Of two values for one field neither can be meant. */
function checkSetOnce(overrides: ConfigOverrides): void {
  const paths = setPaths(overrides);
  const twice = repeatedText(paths);
  if (twice !== undefined)
    throw new UserError('config.set', `--set: ${showValue(twice)} is set twice; keep one of them`);
  const overlap = overlappingPaths(paths);
  if (overlap)
    throw new UserError(
      'config.set',
      `--set: ${showValue(overlap[1])} lies within ${showValue(overlap[0])}, which is set too; keep one of them`,
    );
  const both = (['seeds', 'engine', 'name'] as const).find(
    (key) => overrides[key] !== undefined && paths.includes(key),
  );
  if (both)
    throw new UserError('config.set', `--set: "${both}" is also given as --${both}; keep one of them`);
  const model =
    overrides.model !== undefined && paths.find((at) => at === MODEL || MODEL.startsWith(`${at}.`));
  if (model)
    throw new UserError('config.set', `--set: "${model}" is also given as --model; keep one of them`);
}

/** Applies one `--set path=value`; what it names is checked with the rest of the config. */
function assign(fields: unknown, assignment: string): unknown {
  const { path: at, text } = splitAssignment(assignment, '--set', SET_EXAMPLE);
  const changed = isMapping(fields) ? withField(fields, at, parseValue(text, assignment, '--set')) : null;
  if (changed) return changed;
  throw new UserError(
    'config.set',
    `--set: ${showValue(assignment)}: the path leads inside a value that has no fields, or has an empty or reserved name; check the path`,
  );
}

/**
 * `tags.correlation=0.5,1` → values by path; a range is `0..1 in 5`, `1e-4..1e-2 x10`, or as in YAML
 * `{from: 0, to: 1, count: 5}`.
 */
function readOver(over: readonly string[]): Record<string, unknown> {
  const read = over.map((assignment): [string, unknown] => {
    const { path: at, text } = splitAssignment(assignment, '--over', 'tags.correlation=0.5,0.75,1');
    if (isRangeText(text)) return [at, text];
    return [at, parseValue(/^\s*[[{]/.test(text) ? text : `[${text}]`, assignment, '--over')];
  });
  const twice = repeatedText(read.map(([at]) => at));
  if (twice !== undefined)
    throw new UserError(
      'config.over',
      `--over: ${showValue(twice)} is named twice; put all its values behind one, for example --over ${twice}=1,2,3`,
    );
  return Object.fromEntries(read);
}

function splitAssignment(
  assignment: string,
  option: string,
  example: string,
): { path: string; text: string } {
  const at = assignment.indexOf('=');
  if (at >= 1 && assignment.slice(at + 1).trim() !== '')
    return { path: assignment.slice(0, at).trim(), text: assignment.slice(at + 1) };
  throw new UserError(
    'config.set',
    `${option}: ${showValue(assignment)} has no value; write path=value, for example ${example}, or null for none`,
  );
}

function parseValue(text: string, assignment: string, option: string): unknown {
  try {
    return parseYaml(text, option);
  } catch {
    throw new UserError(
      'config.set',
      `${option}: ${showValue(assignment)}: the value is not valid YAML; quote it`,
    );
  }
}
