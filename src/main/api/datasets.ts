/** API: the user's own tables. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import {
  MAX_DATASET_BYTES,
  type DatasetFile,
  type DesignReplies,
  type LocatedDataset,
} from '#shared/api/design.ts';
import { locateCvdb } from '#lab/datasets/cvdb.ts';
import { locateIdx } from '#lab/datasets/digits/idx-files.ts';
import { locateTrex } from '#lab/datasets/trex.ts';
import type { DatasetConfig } from '#shared/config.ts';
import { PUBLISHED } from '#shared/datasets.ts';
import type { Handlers } from '#shared/contract.ts';
import { showValue, toFieldError, UserError } from '#shared/errors.ts';
import { writeWhole } from '../files.ts';
import { datasetsFolder } from '../experiments/data-files.ts';
import { readConfig } from './configs.ts';
import type { Context } from './context.ts';
import { fileNameOf } from './file-names.ts';

const EXTENSIONS = ['.csv', '.tsv', '.txt'];
/** The folder of tables that were removed, beside those that are there. */
const BIN = '.removed';

type DatasetMethod = Extract<keyof DesignReplies, `datasets.${string}`>;

export function datasetHandlers(context: Context): Pick<Handlers, DatasetMethod> {
  const folder = datasetsFolder(context.home);
  return {
    'datasets.list': () => {
      if (!existsSync(folder)) return [];
      const readers = context.history.experimentsByData();
      return readdirSync(folder)
        .filter((name) => name !== BIN)
        .sort()
        .map((name) => path.join(folder, name))
        .map((file) => ({ ...describeFile(file), read_by: readers.get(file) ?? [] }));
    },
    'datasets.remove': ({ name }) => move(tableIn(folder, name), path.join(folder, BIN, name)),
    'datasets.restore': ({ name }) => move(tableIn(path.join(folder, BIN), name), path.join(folder, name)),
    'datasets.add': ({ name, base64 }) => addTable(folder, name, Buffer.from(base64, 'base64')),
    'datasets.locate': ({ dataset, task }) => locate(readConfig(context, { task, dataset }).dataset, folder),
    'datasets.inspect': ({ dataset, rows, task }) => {
      const { dataset: config } = readConfig(context, { dataset });
      if (config.kind === 'csv') return context.workbench.run('inspect', { config, rows }, task);
      throw new UserError(
        'dataset.kind',
        `dataset.kind: "${config.kind}" is no table to look at; set it to csv`,
      );
    },
  };
}

function describeFile(file: string): DatasetFile {
  const stats = statSync(file);
  const folder = stats.isDirectory();
  return { name: path.basename(file), path: file, bytes: folder ? 0 : stats.size, folder };
}

/** How the files of each published dataset are found in their place. */
const FINDERS: Record<keyof typeof PUBLISHED, (place: string) => string[]> = {
  cvdb: (place) => [locateCvdb(place)],
  trex: locateTrex,
  mnist: locateIdx,
};

function isPublished(dataset: DatasetConfig): dataset is DatasetConfig & { kind: keyof typeof PUBLISHED } {
  return dataset.kind in FINDERS;
}

/** @param folder of the datasets that the user put there */
function locate(dataset: DatasetConfig, folder: string): LocatedDataset {
  if (!isPublished(dataset))
    throw new UserError(
      'dataset.kind',
      `dataset.kind: "${dataset.kind}" has no published files; set it to ${Object.keys(FINDERS).join(' or ')}`,
    );
  const place = dataset.path ?? path.join(folder, PUBLISHED[dataset.kind].place);
  try {
    const files = FINDERS[dataset.kind](place);
    return { place, files: files.map(describeFile), problem: null };
  } catch (error) {
    if (error instanceof UserError) return { place, files: [], problem: toFieldError(error) };
    throw error;
  }
}

/** @throws UserError `dataset.missing` where there is no such table; a name leads into no other folder */
function tableIn(folder: string, name: string): string {
  const file = path.join(folder, name);
  if (name === path.basename(name) && statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  throw new UserError(
    'dataset.missing',
    `name: there is no table ${showValue(name)} in ${folder}; list them again`,
  );
}

/** @throws UserError `dataset.exists` where another has come to its place meanwhile */
function move(from: string, to: string): void {
  if (path.basename(path.dirname(to)) !== BIN && existsSync(to))
    throw new UserError(
      'dataset.exists',
      `name: another table ${showValue(path.basename(to))} is there by now; remove it first, the old one is ${from}`,
    );
  mkdirSync(path.dirname(to), { recursive: true });
  renameSync(from, to);
}

/** Keeps a table under its own name, or with a number of its content where another has that name. */
function addTable(folder: string, name: string, content: Buffer): DatasetFile {
  const { ext, name: stem } = path.parse(path.win32.basename(path.posix.basename(name)));
  if (!EXTENSIONS.includes(ext.toLowerCase()))
    throw new UserError(
      'dataset.extension',
      `name: ${showValue(name)} does not end in ${EXTENSIONS.join(', ')}; export the table as CSV or TSV`,
    );
  if (content.length > MAX_DATASET_BYTES)
    throw new UserError(
      'dataset.too-large',
      `name: ${showValue(name)} has ${content.length} bytes, more than ${MAX_DATASET_BYTES}; give its path in dataset.path instead`,
    );
  const extension = ext.slice(1).toLowerCase();
  const plain = fileNameOf(stem, extension);
  const file = isFree(path.join(folder, plain), content)
    ? plain
    : fileNameOf(`${stem}-${createHash('sha256').update(content).digest('hex').slice(0, 8)}`, extension);
  mkdirSync(folder, { recursive: true });
  writeWhole(path.join(folder, file), content);
  return describeFile(path.join(folder, file));
}

function isFree(file: string, content: Buffer): boolean {
  return !existsSync(file) || readFileSync(file).equals(content);
}
