/** The bin of tables: what is removed from the data folder lies there until it is restored, or removed for good. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { showValue, UserError } from '#shared/errors.ts';
import type { RemovedTable } from '#shared/removed-tables.ts';
import { datasetsFolder } from '../experiments/data-files.ts';
import type { History } from '../history/history.ts';
import { readersOf, type Readers } from './table-readers.ts';

/** The folder of tables that were removed, beside those that are there. */
export const BIN = '.removed';

interface Place {
  home: string;
  history: History;
}

const binOf = (home: string) => path.join(datasetsFolder(home), BIN);

/** @throws UserError `dataset.missing` where there is no such table; a name leads into no other folder */
function tableIn(folder: string, name: string): string {
  const file = path.join(folder, name);
  if (name === path.basename(name) && isFile(file)) return file;
  throw missing(name, folder);
}

function missing(name: string, folder: string): UserError {
  const what = folder.endsWith(BIN)
    ? 'it may have been removed for good; list them again'
    : 'list them again';
  return new UserError('dataset.missing', `name: there is no table ${showValue(name)} in ${folder}; ${what}`);
}

const isFile = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/**
 * Takes a table out of the data folder. Another one of its name that was removed before is kept beside it.
 * @throws UserError as `tableIn`
 */
export function removeTable(home: string, name: string): void {
  const file = tableIn(datasetsFolder(home), name);
  const place = path.join(binOf(home), name);
  mkdirSync(binOf(home), { recursive: true });
  if (isFile(place)) {
    const aside = path.join(binOf(home), hashOf(place).slice(0, 8));
    mkdirSync(aside, { recursive: true });
    renameSync(place, path.join(aside, name));
  }
  renameSync(file, place);
}

/**
 * Puts a removed table back where it was.
 * @param id as `removedTables` says it; a name alone is what was removed last by it
 * @throws UserError `dataset.missing`; `dataset.exists` where another has come to its place meanwhile
 */
export function restoreTable(home: string, id: string): void {
  const removed = removedFile(home, id);
  const place = path.join(datasetsFolder(home), path.basename(removed));
  if (existsSync(place))
    throw new UserError(
      'dataset.exists',
      `name: another table ${showValue(path.basename(place))} is there by now; remove it first, the old one is ${removed}`,
    );
  renameSync(removed, place);
  dropEmptyFolder(removed, home);
}

/** @throws UserError `dataset.missing` */
function removedFile(home: string, id: string): string {
  const known = filesInBin(home).find((each) => each.id === id);
  if (known) return known.file;
  throw missing(id, binOf(home));
}

function filesInBin(home: string): { id: string; file: string }[] {
  const bin = binOf(home);
  if (!existsSync(bin)) return [];
  return readdirSync(bin, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ id: name.split(path.sep).join('/'), file: path.join(bin, name) }))
    .filter(({ file }) => isFile(file))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What lies in the bin, and what still needs it. */
export function removedTables({ home, history }: Place): RemovedTable[] {
  const readers = readersOf({ home, history });
  return filesInBin(home).map(({ id, file }) => ({
    ...{ id, name: path.basename(file), bytes: statSync(file).size },
    needed_by: neededBy(readers, file, datasetsFolder(home)),
  }));
}

/** Who would read this very table, and finds none or another one in its place. */
function neededBy(readers: Readers, file: string, folder: string): RemovedTable['needed_by'] {
  const place = path.join(folder, path.basename(file));
  const gone = !isFile(place);
  const own = readers.experiments.filter((each) => each.path === place);
  const [here, there] = own.some(({ sha256 }) => sha256 !== null)
    ? [hashOf(file), gone ? null : hashOf(place)]
    : [];
  const needs = (sha256: string | null) => (sha256 === null ? gone : sha256 === here && sha256 !== there);
  return {
    experiments: own.filter(({ sha256 }) => needs(sha256)).map(({ id }) => id),
    presets: gone ? readers.presets.filter((each) => each.path === place).map(({ name }) => name) : [],
    design: gone && readers.design === place,
  };
}

/**
 * Removes tables of the bin for good.
 * @param ids as `removedTables` says them
 * @throws UserError `dataset.missing` before anything is removed
 */
export function forgetTables(home: string, ids: readonly string[]): void {
  for (const file of ids.map((id) => removedFile(home, id))) {
    rmSync(file);
    dropEmptyFolder(file, home);
  }
}

function dropEmptyFolder(file: string, home: string): void {
  const folder = path.dirname(file);
  if (folder !== binOf(home) && readdirSync(folder).length === 0) rmdirSync(folder);
}
