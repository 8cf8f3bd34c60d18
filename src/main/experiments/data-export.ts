/** The data of an experiment as a folder of JSON Lines files: there whole, or not at all. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { buildCorpus } from '#lab/corpus/build.ts';
import { corpusHash } from '#lab/corpus/hash.ts';
import { corpusSplits, type Split } from '#lab/corpus/splits.ts';
import { loadDataset } from '#lab/datasets/index.ts';
import type { LoadOptions } from '#lab/datasets/source-file.ts';
import type { DataExport, ExportedSplit } from '#shared/api/design.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { cannotWrite, followLinks } from '../files.ts';
import { credenceVersion } from '../resources.ts';
import { configYaml } from './yaml-text.ts';

/** What a folder must hold to be taken for an earlier export. */
const MANIFEST = 'manifest.json';
const FORMAT = 'credence-data-1';

/** Characters that are written at once. */
const CHUNK = 1 << 16;

export interface DataExportOptions extends LoadOptions {
  /** Replace the folder of an earlier export. */
  force?: boolean;
}

/**
 * Writes every split of one seed's data, a manifest and the config. The folder appears when all of it is
 * written; the same config and seed give the same bytes.
 * @throws UserError `export.folder` if the folder may not be written to; as `loadDataset` and `buildCorpus`
 */
export async function exportData(
  config: ExperimentConfig,
  seed: number,
  folder: string,
  options: DataExportOptions = {},
): Promise<DataExport> {
  checkFolder(folder, options.force ?? false);
  const target = targetOf(folder);
  const corpus = buildCorpus(config, await loadDataset(config.dataset, seed, options), seed);
  const partial = `${target}.part-${process.pid}`;
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const files = corpusSplits(corpus).map((split) => writeSplit(partial, split));
    const { tags } = corpus.assignment;
    const hash = corpusHash(corpus);
    const manifest = {
      format: FORMAT,
      credence: credenceVersion(),
      name: config.name,
      seed,
      corpus_hash: hash,
      tags,
      files,
    };
    writeText(path.join(partial, 'config.yaml'), configYaml(config));
    writeText(path.join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    replaceFolder(target, partial);
    return { folder: path.resolve(folder), seed, corpus_hash: hash, files };
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw asUserError(error, folder);
  }
}

/** Where a folder's links lead: they stay. @throws UserError `export.folder` */
function targetOf(folder: string): string {
  try {
    return followLinks(path.resolve(folder));
  } catch (error) {
    throw asUserError(error, folder);
  }
}

/** @throws UserError `export.folder`, `export.exists` */
function checkFolder(folder: string, force: boolean): void {
  if (folder.trim() === '')
    throw new UserError('export.folder', '--out: "" is empty; give the name of a folder');
  const found = contents(folder);
  if (found === null || found.length === 0) return;
  if (!found.includes(MANIFEST))
    throw new UserError(
      'export.folder',
      `--out: ${showValue(folder)} holds other files; choose a new or empty folder`,
    );
  if (!force)
    throw new UserError(
      'export.exists',
      `--out: ${showValue(folder)} holds an earlier export; choose another folder, or replace it with --force`,
    );
}

/** Names in a folder; null where there is none. @throws UserError for a file of that name */
function contents(folder: string): string[] | null {
  if (!existsSync(folder)) return null;
  try {
    return readdirSync(folder);
  } catch (error) {
    throw asUserError(error, folder);
  }
}

function writeSplit(folder: string, split: Split): ExportedSplit {
  const { name, rows, ...about } = split;
  const file = `${name}.jsonl`;
  const hash = createHash('sha256');
  const handle = openSync(path.join(folder, file), 'wx');
  let count = 0;
  let chunk = '';
  const flush = () => {
    hash.update(chunk);
    writeSync(handle, chunk);
    chunk = '';
  };
  try {
    for (const row of rows) {
      chunk += `${JSON.stringify(row)}\n`;
      count++;
      if (chunk.length >= CHUNK) flush();
    }
    flush();
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return { file, ...about, rows: count, sha256: hash.digest('hex') };
}

function writeText(file: string, text: string): void {
  const handle = openSync(file, 'wx');
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * An earlier export is set aside until the new one is in its place. A folder that cannot be renamed, as one that is
 * mounted, stays, and its files are replaced one by one.
 */
function replaceFolder(folder: string, partial: string): void {
  try {
    exchangeFolder(folder, partial);
  } catch (error) {
    if (!['EBUSY', 'EXDEV'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true });
    for (const name of readdirSync(partial)) copyFileSync(path.join(partial, name), path.join(folder, name));
    rmSync(partial, { recursive: true });
  }
}

function exchangeFolder(folder: string, partial: string): void {
  const old = `${partial}-old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, old);
  try {
    renameSync(partial, folder);
  } catch (error) {
    if (existsSync(old)) renameSync(old, folder);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

function asUserError(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof UserError) return error;
  const reason = String(error.code);
  return new UserError('export.folder', cannotWrite(`--out: cannot write ${showValue(folder)}`, reason), {
    cause: error,
  });
}
