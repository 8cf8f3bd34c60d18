/** The Node that was installed beside Credence. Plain JavaScript: an old Node runs it too. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/**
 * In a checkout the package `node`, which fetches the one for this system; published, that one itself.
 * @returns its binary; null where there is none for this system, or npm was told to leave it out
 */
export function installedNode() {
  const { resolve } = createRequire(import.meta.url);
  const system = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  for (const name of ['node', `node-${system}`, `node-bin-${system}`]) {
    try {
      const folder = path.join(path.dirname(resolve(`${name}/package.json`)), 'bin');
      const binary = ['node', 'node.exe'].map((file) => path.join(folder, file)).find(runs);
      if (binary) return binary;
    } catch {
      // This package is not here.
    }
  }
  return null;
}

/** On Windows the package `node` leaves a text of that name beside the binary. @param {string} file */
function runs(file) {
  return existsSync(file) && (process.platform !== 'win32' || file.endsWith('.exe'));
}
