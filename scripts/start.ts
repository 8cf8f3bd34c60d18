/**
 * `npm start`: builds the app and opens it. Where Electron's binary cannot be had, or there is no screen, it
 * says so in one line and serves the same app to a browser.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from 'electron-vite';
import { electronBinary, hasScreen } from './electron-binary.ts';

const ROOT = path.join(import.meta.dirname, '..');

await build({ root: ROOT, logLevel: 'warn' });
const electron = hasScreen() ? electronBinary() : null;
if (electron) run(electron, [ROOT]);
else {
  const reason = hasScreen() ? "Electron's binary cannot be had here" : 'there is no screen here';
  process.stderr.write(`credence: ${reason}; opening the same app in a browser\n`);
  run(process.execPath, [path.join(ROOT, 'src', 'main', 'cli', 'credence.js'), 'serve']);
}

/** Hands the terminal over; Ctrl-C reaches the child through it. */
function run(command: string, args: string[]): void {
  const child = spawn(command, args, { stdio: 'inherit' });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
