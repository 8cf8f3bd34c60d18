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
import type { LoadOptions } from '#lab/datasets/source-file.ts';
import { loadTask } from '#lab/tasks/index.ts';
import type { DataSplit } from '#lab/tasks/task.ts';
import type { DataExport, ExportedSplit } from '#shared/api/design.ts';
import type { ExperimentConfig } from '#shared/config.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { cannotWrite, followLinks } from '../files.ts';
import { credenceVersion } from '../resources.ts';
import { configYaml } from './yaml-text.ts';

/** What a folder must hold to be taken for an earlier export. */
const MANIFEST = 'manifest.json';
const FORMAT = 'credence-data-1';

/** Bytes that are written at once. */
const CHUNK = 1 << 16;

export interface DataExportOptions extends LoadOptions {
  /** Replace the folder of an earlier export. */
  force?: boolean;
}

/**
 * Writes every split of one seed's data, a manifest and the config. The folder appears when all of it is
 * written; the same config and seed give the same bytes.
 * @throws UserError `export.folder` if the folder may not be written to; as `loadTask`
 */
export async function exportData(
  config: ExperimentConfig,
  seed: number,
  folder: string,
  options: DataExportOptions = {},
): Promise<DataExport> {
  checkFolder(folder, options.force ?? false);
  const target = targetOf(folder);
  const task = await loadTask(config, seed, options);
  const partial = `${target}.part-${process.pid}`;
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const files = task.splits().map((split) => writeSplit(partial, split));
    const { tags } = task;
    const hash = task.hashes.corpus;
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

function writeSplit(folder: string, split: DataSplit): ExportedSplit {
  const { name, rows, beside, ...about } = split;
  const file = `${name}.jsonl`;
  let count = 0;
  const lines = function* () {
    for (const row of rows) {
      yield `${JSON.stringify(row)}\n`;
      count++;
    }
  };
  const sha256 = writePieces(path.join(folder, file), lines());
  const others = beside ? { beside: besideFile(folder, name, beside) } : {};
  return { file, ...about, rows: count, sha256, ...others };
}

function besideFile(folder: string, name: string, { extension, bytes }: NonNullable<DataSplit['beside']>) {
  const file = `${name}.${extension}`;
  return { file, sha256: writePieces(path.join(folder, file), bytes) };
}

/** Writes a file piece by piece; its SHA-256 in hexadecimal. */
function writePieces(file: string, pieces: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256');
  const handle = openSync(file, 'wx');
  let chunk: Uint8Array[] = [];
  let size = 0;
  const flush = () => {
    const bytes = Buffer.concat(chunk);
    hash.update(bytes);
    writeSync(handle, bytes);
    [chunk, size] = [[], 0];
  };
  try {
    for (const piece of pieces) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
      chunk.push(bytes);
      size += bytes.length;
      if (size >= CHUNK) flush();
    }
    flush();
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
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
