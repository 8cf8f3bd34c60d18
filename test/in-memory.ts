/**
 * What tests write lies in memory where there is room for it: the smallest run syncs its history and weights to the disk
 * seventy times, and waiting for that took longer than training. It goes when they are over.
 */
import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import path from 'node:path';

const MEMORY = '/dev/shm';
/** All tests together leave less than half of it. */
const ROOM = 4 * 1024 ** 3;
/** Which process makes the folder, and removes it: this is called for each project. */
const MADE = 'CREDENCE_TEST_FOLDER';

export default function setup(): (() => void) | undefined {
  if (process.env[MADE] || !hasRoom()) return;
  // Short, as the system's: what is said of files is cut off at a length.
  // Short, as the system's own is: of a long path, messages show a part.
  const folder = mkdtempSync(path.join(MEMORY, 'ct-'));
  // Open to everybody, as the system's folder for temporary files is.
  chmodSync(folder, 0o1777);
  process.env[MADE] = process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
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
