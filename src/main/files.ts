/** Writing files: there whole or not at all, and nothing but a regular file is ever replaced. */
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  writeSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { syncFolder } from '#lab/weights/file-bytes.ts';
import { showValue, UserError } from '#shared/errors.ts';

/** Whether the system lets this user write there, or run it (`constants.W_OK`, `X_OK`). */
export function allows(place: string, what: number): boolean {
  try {
    accessSync(place, what);
    return true;
  } catch {
    return false;
  }
}

/** What to say where a file cannot be written. */
interface Failure {
  code: string;
  /** @param reason the system's, for example `EACCES` */
  message: (reason: string) => string;
}

/**
 * Writes a file through a temporary one, fsynced and renamed; its folder is created. A link is followed. A pipe, a
 * terminal or a device such as `/dev/stdout` is written to as it stands.
 * @throws UserError `file.write`, or as `failure` says; `file.kind` for a disk or a socket
 */
export function writeWhole(file: string, content: string | Buffer, failure = failureOf(file)): void {
  try {
    const target = followLinks(path.resolve(file));
    const there = statSync(target, { throwIfNoEntry: false });
    if (there && !there.isFile()) writeInto(target, kindOf(there), content);
    else if (isDescriptor(target)) writeInto(target, null, content);
    else replaceFile(target, there !== undefined, content);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(failure.code, failure.message(reason), { cause: error });
  }
}

/**
 * Gives a file that was written under another name its own: it has come to the disk before.
 * @throws NodeJS.ErrnoException
 */
export function settle(part: string, target: string): void {
  const handle = openSync(part, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(part, target);
  syncFolder(path.dirname(target));
}

/** Whether writing a file would lose what is in one: links are followed, pipes and devices hold nothing. */
export function holdsFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * Refuses a place for a folder before anything is worked out for it.
 * @throws UserError `file.folder`
 */
export function checkOutFolder(folder: string | undefined): void {
  if (folder === undefined) return;
  const there = folder === '' ? undefined : statSync(folder, { throwIfNoEntry: false });
  if (folder !== '' && (there === undefined || there.isDirectory())) return;
  const what = folder === '' ? 'is empty' : 'is no folder';
  throw new UserError('file.folder', `--out: ${showValue(folder)} ${what}; name a folder, which may be new`);
}

/** Links that one path may lead through, as in Linux. */
const MAX_LINKS = 40;

/** Where a path leads, though there may be nothing yet: a link that dangles is followed, not replaced. */
export function followLinks(file: string): string {
  let target = file;
  for (let links = 0; links < MAX_LINKS; links++) {
    const folder = path.dirname(target);
    const inFolder = lstatSync(folder, { throwIfNoEntry: false }) ? realpathSync(folder) : folder;
    target = path.join(inFolder, path.basename(target));
    if (isDescriptor(target) || !lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink())
      return target;
    target = path.resolve(inFolder, readlinkSync(target));
  }
  throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
}

/** An open file of this process: it has a place of its own, from which a program goes on. */
function isDescriptor(file: string): boolean {
  return /^\/(proc\/[^/]+|dev)\/fd\/\d+$/.test(file);
}

function kindOf(stats: Stats): string | null {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isBlockDevice()) return 'a disk';
  return stats.isSocket() ? 'a socket' : null;
}

/** @param refused why nothing may be written there */
function writeInto(target: string, refused: string | null, content: string | Buffer): void {
  if (refused !== null)
    throw new UserError('file.kind', `cannot write ${showValue(target)}: it is ${refused}; name a file`);
  writeAll(target, content, constants.O_APPEND);
}

/** Where its folder lets nothing be renamed (a file mounted by itself), a file is written over as it stands. */
function replaceFile(target: string, exists: boolean, content: string | Buffer): void {
  mkdirSync(path.dirname(target), { recursive: true });
  // A rename would replace even what may not be written.
  if (exists) accessSync(target, constants.W_OK);
  try {
    writeFileAtomicSync(target, content);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!exists || !['EBUSY', 'EACCES', 'EPERM'].includes(code)) throw error;
    writeAll(target, content, constants.O_TRUNC);
  }
}

/** Writes all bytes to what is there. @param flag appends to it, or empties it first */
function writeAll(target: string, content: string | Buffer, flag: number): void {
  const bytes = Buffer.from(content);
  const handle = openSync(target, constants.O_WRONLY | flag);
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
  } finally {
    closeSync(handle);
  }
}

/** What helps, by the system's reason. */
const REMEDIES: Record<string, string> = {
  ENOSPC: 'it is full: free some space, or choose another place',
  EDQUOT: 'its quota is used up: free some space, or choose another place',
  EPIPE: 'its reader is gone: keep it reading, or choose another place',
  EROFS: 'it is read-only: choose another place',
};

/** @param what cannot be written, for example `cannot write "a.csv"` */
export function cannotWrite(what: string, reason: string): string {
  return `${what} (${reason}); ${REMEDIES[reason] ?? 'choose another place or change its permissions'}`;
}

function failureOf(file: string): Failure {
  return {
    code: 'file.write',
    message: (reason) => cannotWrite(`cannot write ${showValue(file)}`, reason),
  };
}
