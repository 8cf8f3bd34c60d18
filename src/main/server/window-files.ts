/** Where the built window lies; builds it where it is missing or older than its sources. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '#shared/errors.ts';
import { rootFolder } from '../resources.ts';

/**
 * The folder of the built window.
 * @param say told when it has to be built first
 * @throws UserError `serve.build`
 */
export async function windowFiles(say: (text: string) => void): Promise<string> {
  const folder = path.join(rootFolder(), 'out', 'renderer');
  if (isFresh(path.join(folder, 'index.html'))) return folder;
  say('credence: the window is not built yet, or its sources changed; building it');
  await build();
  return folder;
}

/** Whether the built page is there and no source is newer; an installed app has no sources. */
function isFresh(page: string): boolean {
  const built = statSync(page, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return false;
  const sources = ['renderer', 'shared'].map((layer) => path.join(rootFolder(), 'src', layer));
  return sources.filter((folder) => existsSync(folder)).every((folder) => newest(folder) <= built);
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Math.max(...files.map(({ parentPath, name }) => statSync(path.join(parentPath, name)).mtimeMs));
}

async function build(): Promise<void> {
  const here = process.cwd();
  try {
    const { build: buildAll } = await import('electron-vite');
    // electron-vite reads package.json and its entries from the working folder, whatever root it is given.
    process.chdir(rootFolder());
    await buildAll({ root: rootFolder(), logLevel: 'error' });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UserError(
      'serve.build',
      `the window could not be built: ${reason}; try "npm ci && npm run build"`,
      {
        cause: error,
      },
    );
  } finally {
    process.chdir(here);
  }
}
