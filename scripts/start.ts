/**
 * `npm start`: builds the app and opens it. Where Electron's binary cannot be had, or there is no screen, it
 * says so in one line and serves the same app to a browser.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'electron-vite';

const ROOT = path.join(import.meta.dirname, '..');
/** Milliseconds that the one download of Electron may take. */
const DOWNLOAD_TIMEOUT = 300_000;

await build({ root: ROOT, logLevel: 'warn' });
const electron = hasScreen() ? electronBinary() : null;
if (electron) run(electron, [ROOT]);
else {
  const reason = hasScreen() ? "Electron's binary cannot be had here" : 'there is no screen here';
  process.stderr.write(`credence: ${reason}; opening the same app in a browser\n`);
  run(process.execPath, [path.join(ROOT, 'src', 'main', 'cli', 'credence.js'), 'serve']);
}

function hasScreen(): boolean {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

/** The package downloads its binary when it is first asked for; that may fail, behind a proxy for example. */
function electronBinary(): string | null {
  const entry = createRequire(import.meta.url).resolve('electron');
  const ask = `process.stdout.write('\\n' + require(${JSON.stringify(entry)}))`;
  const asked = spawnSync(process.execPath, ['-e', ask], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: DOWNLOAD_TIMEOUT,
  });
  return asked.status === 0 ? (asked.stdout.trim().split('\n').at(-1) ?? null) : null;
}

/** Hands the terminal over; Ctrl-C reaches the child through it. */
function run(command: string, args: string[]): void {
  const child = spawn(command, args, { stdio: 'inherit' });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
