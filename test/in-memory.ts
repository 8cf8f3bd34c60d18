/**
 * What tests write lies in memory where there is room for it: the smallest run syncs its history and weights to the disk
 * seventy times, and waiting for that took longer than training. It goes when they are over.
 */
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { freemem } from 'node:os';
import path from 'node:path';
import { currentOwner, isAlive, type Owner } from '#main/history/owner.ts';

const MEMORY = '/dev/shm';
/** All tests together leave less than half of it. */
const ROOM = 4 * 1024 ** 3;
/** Which process makes the folder, and removes it: this is called for each project. */
const MADE = 'CREDENCE_TEST_FOLDER';
/** Short, as the system's own is: of a long path, messages show a part. */
const PREFIX = 'ct-';
/** Which process a folder is of. */
export const OWNER = '.owner.json';

export default function setup(): (() => void) | undefined {
  if (process.env[MADE]) return;
  removeLeftOver(MEMORY);
  if (!hasRoom()) return;
  const folder = mkdtempSync(path.join(MEMORY, PREFIX));
  writeFileSync(path.join(folder, OWNER), JSON.stringify(currentOwner()));
  // Open to everybody, as the system's folder for temporary files is.
  chmodSync(folder, 0o1777);
  process.env[MADE] = process.env['TMPDIR'] = folder;
  // A browser that was just told to end still writes for a moment: what is not empty then is emptied again.
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** Removes what killed tests left: folders whose process is gone. Those that do not name one stay. */
export function removeLeftOver(memory: string): void {
  for (const name of foldersIn(memory)) {
    const folder = path.join(memory, name);
    const owner = ownerOf(folder);
    // A process that cannot be looked at, in another container, has the benefit of the doubt.
    if (!owner || isAlive(owner, new Date().toISOString())) continue;
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      process.stderr.write(`${folder}, which tests left, cannot be removed: ${String(error)}\n`);
    }
  }
}

function foldersIn(memory: string): string[] {
  try {
    return readdirSync(memory).filter((name) => name.startsWith(PREFIX));
  } catch {
    // No such folder: not on Linux.
    return [];
  }
}

function ownerOf(folder: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path.join(folder, OWNER), 'utf8')) as Owner;
  } catch {
    return null;
  }
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return Math.min(bavail * bsize, freemem()) > ROOM;
  } catch {
    // No such folder: not on Linux.
    return false;
  }
}
