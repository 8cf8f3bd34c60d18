/** What a package holds, and how large it is: Credence's own part, without Electron's. */
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { zstdCompressSync } from 'node:zlib';

/** MB, of a million bytes. */
const MB = 1e6;

/** Prints the parts of the unpacked app with their sizes, and the files that were made. */
export function describePackages(output: string, made: readonly string[]): void {
  const resources = globSync('*unpacked/resources', { cwd: output }).map((folder) =>
    path.join(output, folder),
  );
  for (const folder of resources) {
    const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
    const sizes = files
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => ({ file, bytes: statSync(file).size }))
      .sort((a, b) => b.bytes - a.bytes);
    for (const { file, bytes } of sizes) print(bytes, path.relative(output, file));
    print(sum(sizes.map(({ bytes }) => bytes)), 'Credence’s own part, unpacked');
    const packed = sizes.map(({ file }) => zstdCompressSync(readFileSync(file)).length);
    print(sum(packed), 'the same, each file compressed with zstd');
  }
  for (const file of made) print(statSync(file).size, path.relative(output, file));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function print(bytes: number, what: string): void {
  console.log(`${(bytes / MB).toFixed(1).padStart(8)} MB  ${what}`);
}
