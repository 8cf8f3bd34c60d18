/** From what a person calls a model to its folder: a path, or a name in the Hub cache. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { showValue, UserError } from '#shared/errors.ts';
import { expanded, findSnapshot, hubCache, isHubName, parseHubName, snapshotsOf } from './hub-cache.ts';
import { missingFiles } from './model-files.ts';

export interface ResolvedModel {
  /** The folder. */
  path: string;
  /** Its name on the Hub; the path as it was given otherwise. */
  name: string;
  /** Commit of the Hub; null for a folder. */
  revision: string | null;
  from: 'folder' | 'cache';
}

/**
 * Finds a model: a folder where the text looks like a path or names one that is there, else the Hub cache. Nothing is
 * fetched.
 * @param cwd where paths begin
 * @throws UserError `model.missing`, `model.incomplete`, `model.name`
 */
export function resolveModel(
  nameOrPath: string,
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): ResolvedModel {
  const path = resolve(cwd, expanded(nameOrPath, env));
  if (isFolder(path) && nameOrPath !== '') return { path, name: nameOrPath, revision: null, from: 'folder' };
  if (looksLikePath(nameOrPath))
    throw new UserError(
      'model.missing',
      `the model folder ${showValue(path, 200)} is not there; give a folder with config.json and model.safetensors, ` +
        'or the name of a model that "credence models" lists',
    );
  return fromCache(nameOrPath, path, hubCache(env));
}

/** Whether a text names a folder, rather than a model in the Hub cache. @param cwd where paths begin */
export function isModelPath(text: string, cwd: string): boolean {
  return text !== '' && !text.startsWith('~') && (looksLikePath(text) || isFolder(resolve(cwd, text)));
}

/** So too where it cannot be told (a folder around it that may not be read), which whoever opens it will say. */
function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return true;
  }
}

/** `./here`, `../there`, `/abs`, `~/models`, `C:\models`, `a\b`, and what has more parts than a name can have. */
function looksLikePath(text: string): boolean {
  return /^[./~$]|^[A-Za-z]:|\\/.test(text) || (!isHubName(text) && text.includes('/'));
}

function fromCache(text: string, path: string, cache: string): ResolvedModel {
  const wanted = parseHubName(text);
  const found = findSnapshot(cache, wanted);
  if (!found) throw notHere(text, path, cache);
  const missing = missingFiles(found.path);
  if (missing.length === 0) return { ...pick(found), from: 'cache' };
  throw new UserError(
    'model.incomplete',
    `${text} is incomplete in the Hub cache: ${missing[0]} is missing from ${found.path}; ` +
      `fetch the rest with "credence models get ${found.name}@${found.revision}"`,
  );
}

function pick({ path, name, revision }: ResolvedModel | { path: string; name: string; revision: string }) {
  return { path, name, revision };
}

function notHere(text: string, path: string, cache: string): UserError {
  const others = snapshotsOf(cache, parseHubName(text).name).map(({ revision, refs }) => refs[0] ?? revision);
  const there = others.length === 0 ? '' : `, which has it at ${others.join(', ')}`;
  return new UserError(
    'model.missing',
    `the model ${showValue(text)} is neither a folder (${path}) nor in the Hub cache (${cache}${there}); ` +
      `fetch it with "credence models get ${text}"`,
  );
}
