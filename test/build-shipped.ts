/** Before any test: what ships is built, so that tests run that command, and serve its window, at the same time. */
import path from 'node:path';
import { rootFolder } from '#main/resources.ts';
import { build, isFresh } from '#main/server/window-files.ts';

const LAYERS = ['main', 'lab', 'shared', 'preload', 'renderer'];

export default async function setup(): Promise<void> {
  const out = path.join(rootFolder(), 'out');
  const command = path.join(out, 'main', 'credence.js');
  // The window is built last.
  const built = [command, path.join(out, 'renderer', 'index.html')];
  if (!built.every((file) => isFresh(file, LAYERS))) {
    process.stderr.write('credence: it is not built yet, or its sources changed; building it\n');
    await build();
  }
  process.env['CREDENCE_TEST_ENTRY'] ??= command;
}
