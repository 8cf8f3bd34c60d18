/** Where the built window lies; builds it where it is missing. */
import { existsSync } from 'node:fs';
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
  if (existsSync(path.join(folder, 'index.html'))) return folder;
  say('credence: the window is not built yet; building it (once)');
  await build();
  return folder;
}

async function build(): Promise<void> {
  try {
    const { build: buildAll } = await import('electron-vite');
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
  }
}
