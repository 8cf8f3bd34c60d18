/** Bytes in and out of files: whole, in pieces that the system takes, and durable. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '#shared/errors.ts';

/** Node takes less than 2 GiB at a time. */
const MOST_BYTES = 1 << 30;

/** The bytes of an array; all platforms Node runs on with typed arrays here are little-endian. */
export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** @throws UserError `weights.missing` */
export function openForReading(path: string): number {
  try {
    if (statSync(path).isFile()) return openSync(path, 'r');
  } catch (error) {
    throw missing(path, error);
  }
  throw missing(path);
}

function missing(path: string, cause?: unknown): UserError {
  const message = `cannot open ${path}: check that the file exists and can be read`;
  return new UserError('weights.missing', message, { cause });
}

/**
 * Fills an array with the bytes of a file from a position on.
 * @throws UserError `weights.changed` where the file ends before
 */
export function readBytesInto(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.byteLength;) {
    const wanted = Math.min(bytes.byteLength - done, MOST_BYTES);
    const count = readSync(file, bytes, done, wanted, position + done);
    if (count === 0)
      throw new UserError(
        'weights.changed',
        'a file of weights became shorter while it was read; start again when nothing writes to it',
      );
    done += count;
  }
}

/** Writes all bytes where the file stands. */
export function writeBytes(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.byteLength;)
    done += writeSync(file, bytes, done, Math.min(bytes.byteLength - done, MOST_BYTES));
}

/** Opens a new file, has it written, and leaves it on the disk for good. */
export function writeSynced(path: string, write: (file: number) => void): void {
  const file = openSync(path, 'w');
  try {
    write(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a rename in a folder durable. Windows cannot open folders and needs no such thing. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Has something written under a temporary name beside `path`, then renamed: it is the old or the new one, whole, even
 * after a power cut. The name is this process's own, because one that was told to end may still be writing; what killed
 * ones left is removed.
 * @throws UserError `weights.write-failed` (disk full, no permission, …), or what `write` throws; nothing is left
 */
export function writeAside(path: string, write: (temporary: string) => void): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    removeLeft(path);
    write(temporary);
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (error instanceof Error && 'syscall' in error) throw writeFailed(path, error);
    throw error;
  }
}

/** Removes what processes that are gone, or this one, had begun to write beside `path`. */
function removeLeft(path: string): void {
  const start = `${basename(path)}.`;
  if (!existsSync(dirname(path))) return;
  for (const name of readdirSync(dirname(path))) {
    const left = name.startsWith(start) ? /^(?:(\d+)\.)?tmp$/.exec(name.slice(start.length)) : null;
    if (left && !isOther(Number(left[1] ?? process.pid)))
      rmSync(join(dirname(path), name), { recursive: true, force: true });
  }
}

function isOther(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function writeFailed(path: string, error: Error & { code?: unknown }): UserError {
  const remedy = 'check that the folder exists, can be written and has free space';
  const reason = String(error.code ?? error.message);
  return new UserError('weights.write-failed', `cannot write ${path}: ${remedy} (${reason})`, {
    cause: error,
  });
}
