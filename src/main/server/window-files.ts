/** Where the built window lies; builds it where it is missing or older than its sources. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { UserError } from '#shared/errors.ts';
import { rootFolder } from '../resources.ts';

/**
 * The folder of the built window.
 * @param say told when it has to be built first
 * @throws UserError `serve.build`
 */
export async function windowFiles(say: (text: string) => void): Promise<string> {
  const folder = path.join(rootFolder(), 'out', 'renderer');
  if (isFresh(path.join(folder, 'index.html'), ['renderer', 'shared'])) return folder;
  say('credence: the window is not built yet, or its sources changed; building it');
  await build();
  return folder;
}

/**
 * Whether a built file is there and no source of it is newer; an installed app has no sources.
 * @param layers folders of `src` that it is built from
 */
export function isFresh(file: string, layers: readonly string[]): boolean {
  const built = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return false;
  const sources = layers.map((layer) => path.join(rootFolder(), 'src', layer));
  return sources.filter((folder) => existsSync(folder)).every((folder) => newest(folder) <= built);
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Math.max(...files.map(({ parentPath, name }) => statSync(path.join(parentPath, name)).mtimeMs));
}

/**
 * Builds all that ships into `out/`, in a process of its own: what a build takes of memory, hundreds of megabytes, goes
 * back when it ends.
 * @throws UserError `serve.build`
 */
export async function build(): Promise<void> {
  const builder = path.join(rootFolder(), 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  try {
    await promisify(execFile)(process.execPath, [builder, 'build', '--logLevel', 'error'], {
      cwd: rootFolder(),
    });
  } catch (error) {
    throw new UserError(
      'serve.build',
      `the window could not be built: ${reasonOf(error)}; try "npm ci && npm run build"`,
      { cause: error },
    );
  }
}

/** The line of what the builder said that names an error, without colours; its first line where none does. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  const lines = stripVTControlCharacters(said)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /^\w*Error: /.test(line)) ?? lines[0] ?? 'it said nothing';
}
