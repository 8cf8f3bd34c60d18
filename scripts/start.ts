/**
 * `npm start`: builds the app and opens it. Where Electron's binary cannot be had, or there is no screen, it
 * says so in one line and serves the same app to a browser.
 */
import path from 'node:path';
import { build } from 'electron-vite';
import { handOver } from '../src/main/cli/hand-over.js';
import { hasScreen } from '../src/main/server/browser.ts';
import { electronBinary } from './electron-binary.ts';

const ROOT = path.join(import.meta.dirname, '..');

await build({ root: ROOT, logLevel: 'warn' });
const electron = hasScreen() ? electronBinary() : null;
if (electron) handOver(electron, [ROOT]);
else {
  const reason = hasScreen() ? "Electron's binary cannot be had here" : 'there is no screen here';
  process.stderr.write(`credence: ${reason}; opening the same app in a browser\n`);
  handOver(process.execPath, [path.join(ROOT, 'src', 'main', 'cli', 'credence.js'), 'serve']);
}
