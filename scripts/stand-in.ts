/**
 * A folder that stands in for Electron's own where its binary cannot be had, so that packaging can be tried: files of
 * the names that electron-builder expects, and a program that carries a fuse wire and says what it is.
 */
import { FuseState, FuseV1Options, FuseVersion } from '@electron/fuses';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PROGRAM = `#!/bin/sh
echo "credence: this package was made with a stand-in for Electron and holds no program" >&2
exit 1
`;
/** Where Electron's fuses are found in its binary. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const TEXTS = ['LICENSE', 'LICENSES.chromium.html'];
const FILES = ['libffmpeg.so', 'icudtl.dat', 'resources.pak', 'snapshot_blob.bin', 'locales/en-US.pak'];

/** @param folder to make */
export function makeStandIn(folder: string, version: string): void {
  rmSync(folder, { recursive: true, force: true });
  const write = (file: string, content: string | Buffer, mode = 0o644) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content, { mode });
  };
  write('electron', Buffer.concat([Buffer.from(PROGRAM), fuseWire()]), 0o755);
  for (const file of ['chrome-sandbox', 'chrome_crashpad_handler']) write(file, PROGRAM, 0o755);
  for (const file of [...TEXTS, ...FILES]) write(file, `stands in for ${file}\n`);
  write('version', version);
  mkdirSync(path.join(folder, 'resources'), { recursive: true });
}

/** As a binary has it: sentinel, version of the wire, number of fuses, one byte a fuse. */
function fuseWire(): Buffer {
  const count = Object.values(FuseV1Options).filter((value) => typeof value === 'number').length;
  const wire = [Number(FuseVersion.V1), count, ...Array<number>(count).fill(FuseState.INHERIT)];
  return Buffer.concat([Buffer.from(SENTINEL), Buffer.from(wire)]);
}
