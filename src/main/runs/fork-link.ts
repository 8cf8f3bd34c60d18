/** A training process as a forked Node process. */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FromTrainer } from '../trainer/protocol.ts';
import { isOutOfMemory } from '../trainer/machine-faults.ts';
import { ErrorOutput } from './error-output.ts';
import { crashLine } from './last-words.ts';
import { trainerEnv } from './trainer-env.ts';
import type { WorkerEnd, WorkerLink } from './worker-link.ts';

/** The training process: in the sources, or in the bundle (`npm run build`), whose chunks lie one folder down. */
const ENTRIES = ['../trainer/process.ts', '../trainer.js'];

function trainerEntry(): string {
  const files = ENTRIES.map((entry) => fileURLToPath(new URL(entry, import.meta.url)));
  const found = files.find((file) => existsSync(file));
  if (!found) throw new Error(`the training process is missing: ${files.join(' and ')}`);
  return found;
}

/**
 * Forks a trainer. It ignores the signals of its process group (see `process.ts`), so that Ctrl-C and the end of a
 * session reach it as a `cancel` message and it can save what was reached.
 */
export function forkTrainer(): WorkerLink {
  const child = fork(trainerEntry(), [], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: trainerEnv(),
  });
  const output = new ErrorOutput(() => child.kill('SIGKILL'));
  let launchError: Error | undefined;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => output.take(text));
  child.on('error', (error) => (launchError = error));
  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message);
    },
    onMessage: (listener) => {
      const believed = output.believed(listener);
      child.on('message', (message) => believed(message as FromTrainer));
    },
    onEnd: (listener) => {
      // `close` comes after the last message and the last words; a failed launch has `error` alone.
      if (child.pid === undefined)
        child.once('error', (error) => listener({ clean: false, cause: error.message }));
      else
        child.once('close', (code, signal) =>
          listener(describeEnd(code, signal, launchError?.message ?? output.lastWords)),
        );
    },
    shutdown: (timeout) => {
      // Not disconnect(): Node emits no `close` for a channel that this side closed.
      const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
      child.once('close', () => clearTimeout(timer));
    },
  };
}

/** What a shell says of a process that SIGKILL ended. */
const KILLED = 137;

/** How a process ended. @param lastWords the end of its error output */
function describeEnd(code: number | null, signal: NodeJS.Signals | null, lastWords: string): WorkerEnd {
  if (code === 0) return { clean: true, cause: 'ended' };
  const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
  if (isOutOfMemory(lastWords)) return { clean: false, cause: `ran out of memory (it ${how})` };
  if (signal === 'SIGKILL' || code === KILLED)
    return { clean: false, cause: `${how} (by hand, or by the system for want of memory)` };
  return { clean: false, cause: how + crashLine(lastWords) };
}
