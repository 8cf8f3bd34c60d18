/** Weights of runs inside a file of experiments. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { UserError } from '#shared/errors.ts';
import type { CheckpointRecord } from '#shared/records.ts';

/** Bytes of one row. */
const CHUNK = 32 * 2 ** 20;

const FILES_TABLE = `CREATE TABLE files (
  run INTEGER NOT NULL, path TEXT NOT NULL, modified INTEGER NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (run, path, part)
) STRICT;`;

/** Checkpoints lie in a folder of their run, nowhere else. */
const PLACE = /^weights\/experiment-\d{1,10}\/([\w-]{1,100}\/[\w-]{1,100}\.safetensors)$/;

/**
 * Takes the weights of all runs in a bundle with it; of what is not there, it says nothing either.
 * @param home the folder that paths are relative to; null takes none
 * @returns bytes that were taken
 */
export function takeWeights(bundle: Database, home: string | null): number {
  bundle.exec(FILES_TABLE);
  const add = bundle.prepare('INSERT INTO files (run, path, modified, part, bytes) VALUES (?, ?, ?, ?, ?)');
  const forget = bundle.prepare('DELETE FROM checkpoints WHERE id = ?');
  let taken = 0;
  for (const row of bundle.prepare<[], CheckpointRecord>('SELECT * FROM checkpoints').all()) {
    const file = home === null ? null : path.resolve(home, row.path);
    if (file === null || !existsSync(file)) forget.run(row.id);
    else
      for (const [part, bytes] of chunksOf(file)) {
        add.run(row.run, row.path, modified(file), part, bytes);
        taken += bytes.length;
      }
  }
  return taken;
}

/** Milliseconds: by it analyses know weights that they looked at. */
const modified = (file: string) => Math.floor(statSync(file).mtimeMs);

function* chunksOf(file: string): Generator<[part: number, bytes: Buffer]> {
  const handle = openSync(file, 'r');
  try {
    for (let part = 0; ; part++) {
      const buffer = Buffer.alloc(CHUNK);
      const size = readSync(handle, buffer, 0, CHUNK, part * CHUNK);
      if (size === 0) return;
      yield [part, buffer.subarray(0, size)];
    }
  } finally {
    closeSync(handle);
  }
}

/** Where weights of an experiment lie under its number here. @throws UserError `bundle.path` for any other place */
export function placeOf(given: string, experiment: number): string {
  const rest = PLACE.exec(given)?.[1];
  if (rest !== undefined) return `weights/experiment-${experiment}/${rest}`;
  throw new UserError(
    'bundle.path',
    `weights: ${JSON.stringify(given).slice(0, 120)} lies in no folder of a run; nothing was imported`,
  );
}

/**
 * Puts the weights of runs where this history keeps them.
 * @param runs by their numbers in the bundle
 * @returns the files that were written
 */
export function putWeights(
  bundle: Database,
  home: string,
  experiment: number,
  runs: readonly number[],
): string[] {
  if (!bundle.prepare("SELECT 1 FROM sqlite_master WHERE name = 'files'").get()) return [];
  const parts = bundle.prepare<[number], { path: string; modified: number; part: number; bytes: Buffer }>(
    'SELECT path, modified, part, bytes FROM files WHERE run = ? ORDER BY path, part',
  );
  const written = new Set<string>();
  for (const run of runs)
    for (const { path: given, modified: at, part, bytes } of parts.iterate(run)) {
      const file = path.join(home, placeOf(given, experiment));
      mkdirSync(path.dirname(file), { recursive: true });
      const handle = openSync(file, part === 0 ? 'w' : 'a');
      writeSync(handle, bytes);
      closeSync(handle);
      utimesSync(file, at / 1000, at / 1000);
      written.add(file);
    }
  return [...written];
}

export function removeWeights(files: readonly string[]): void {
  for (const file of files) rmSync(file, { force: true });
}
