/** Before any test: the window is built, so that tests that serve it at the same time find it there. */
import { windowFiles } from '#main/server/window-files.ts';

export default async function setup(): Promise<void> {
  await windowFiles((text) => process.stderr.write(`${text}\n`));
}
