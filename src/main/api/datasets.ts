/** API: the user's own tables. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
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
import { describeFile, keptTables } from '../datasets/kept-tables.ts';
import { forgetTables, removedTables, removeTable, restoreTable } from '../datasets/removed-tables.ts';
import { writeWhole } from '../files.ts';
import { datasetsFolder } from '../experiments/data-files.ts';
import { readConfig } from './configs.ts';
import type { Context } from './context.ts';
import { fileNameOf } from './file-names.ts';

const EXTENSIONS = ['.csv', '.tsv', '.txt'];

type DatasetMethod = Extract<keyof DesignReplies, `datasets.${string}`>;

export function datasetHandlers(context: Context): Pick<Handlers, DatasetMethod> {
  const folder = datasetsFolder(context.home);
  return {
    'datasets.list': () => keptTables(context),
    'datasets.remove': ({ name }) => removeTable(context.home, name),
    'datasets.removed': () => removedTables(context),
    'datasets.restore': ({ name }) => restoreTable(context.home, name),
    'datasets.forget': ({ ids }) => forgetTables(context.home, ids),
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
