/**
 * Hands the terminal over to another program. Plain JavaScript without dependencies: an old Node runs it too.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { clearInterval, setInterval } from 'node:timers';

/**
 * Runs a program in place of this one: it has the terminal, every signal is passed on, and this process ends
 * as it ends. A signal to the whole group reaches it twice, which it must take for one (`stopping.ts`).
 * @param {string} command
 * @param {string[]} args
 */
export function handOver(command, args) {
  const child = spawn(command, args, { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  watchParent(() => child.kill('SIGTERM'));
  child.on('error', ({ message }) => {
    process.stderr.write(`credence: ${command} cannot be started: ${message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
}

/** Milliseconds between two looks at the parent. */
const LOOK_EVERY = 250;

/**
 * Under `npm run`, a signal to npm alone reaches its shell and goes no further: the end of that shell is the sign.
 * @param {() => void} gone called once
 */
export function watchParent(gone) {
  if (!/\b(credence\.js|start\.ts)\b/.test(process.env['npm_lifecycle_script'] ?? '')) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, LOOK_EVERY);
  timer.unref();
}
