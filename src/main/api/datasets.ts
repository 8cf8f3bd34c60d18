/** API: the user's own tables. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { MAX_DATASET_BYTES, type DatasetFile } from '#shared/api/design.ts';
import type { Handlers } from '#shared/contract.ts';
import { showValue, UserError } from '#shared/errors.ts';
import { writeWhole } from '../files.ts';
import { datasetsFolder } from '../experiments/data-files.ts';
import { readConfig } from './configs.ts';
import type { Context } from './context.ts';
import { fileNameOf } from './file-names.ts';

const EXTENSIONS = ['.csv', '.tsv', '.txt'];

type DatasetMethod = 'datasets.list' | 'datasets.add' | 'datasets.inspect';

export function datasetHandlers(context: Context): Pick<Handlers, DatasetMethod> {
  const folder = datasetsFolder(context.home);
  return {
    'datasets.list': () => (existsSync(folder) ? readdirSync(folder).sort().map(describeIn(folder)) : []),
    'datasets.add': ({ name, base64 }) => addTable(folder, name, Buffer.from(base64, 'base64')),
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

function describeIn(folder: string): (name: string) => DatasetFile {
  return (name) => {
    const file = path.join(folder, name);
    return { name, path: file, bytes: statSync(file).size };
  };
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
  return describeIn(folder)(file);
}

function isFree(file: string, content: Buffer): boolean {
  return !existsSync(file) || readFileSync(file).equals(content);
}
