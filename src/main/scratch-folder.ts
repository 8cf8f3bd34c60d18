/** Folders for what is written on the way, on the disk where it goes; whoever makes one removes it. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

const PREFIX = '.credence-';

/** Milliseconds after which one that nothing was written to was left by a program that was killed. */
const LEFT_BEHIND = 24 * 60 * 60 * 1000;

/**
 * A new, empty folder in another. What was left behind there goes.
 * @returns its path
 * @throws Error of the file system where it cannot be made
 */
export function scratchFolder(where: string): string {
  removeLeftBehind(where);
  return mkdtempSync(path.join(where, PREFIX));
}

/** What cannot be listed or removed is in nobody's way. */
function removeLeftBehind(where: string): void {
  try {
    for (const folder of leftBehind(where)) rmSync(folder, { recursive: true, force: true });
  } catch {
    // It is tried again next time.
  }
}

function leftBehind(where: string): string[] {
  const before = Date.now() - LEFT_BEHIND;
  return readdirSync(where, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(PREFIX))
    .map(({ name }) => path.join(where, name))
    .filter((folder) => lastWritten(folder) < before);
}

/** Of the folder and what lies in it; now, where another program is just removing it. */
function lastWritten(folder: string): number {
  try {
    const files = [folder, ...readdirSync(folder).map((name) => path.join(folder, name))];
    return Math.max(...files.map((file) => statSync(file).mtimeMs));
  } catch {
    return Date.now();
  }
}
