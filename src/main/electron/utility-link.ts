/** A training process as Electron's utility process, behind the same link as a forked Node process. */
import path from 'node:path';
import { app, utilityProcess } from 'electron';
import { ErrorOutput } from '../runs/error-output.ts';
import { trainerEnv } from '../runs/trainer-env.ts';
import type { WorkerLink } from '../runs/worker-link.ts';
import { describeEnd } from './utility-end.ts';

/** Milliseconds that `child-process-gone`, which tells why, may come after `exit`. */
const WAIT_FOR_REASON = 200;

/** @param name what the process is called in `child-process-gone` and in system monitors */
export function launchUtility(entry: string, name: string): WorkerLink {
  const child = utilityProcess.fork(entry, [], {
    serviceName: name,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: trainerEnv(),
  });
  const output = new ErrorOutput(() => killNow(child.pid));
  let gone: string | null = null;
  let ended = false;
  child.stderr?.on('data', (data: Buffer) => output.take(data.toString()));
  const onGone = (_event: unknown, details: Electron.Details) => {
    if (details.name === name) gone = details.reason;
  };
  app.on('child-process-gone', onGone);
  return {
    get pid() {
      return child.pid;
    },
    // Posting to a process that has ended would throw inside its own exit listener.
    send: (message) => void (ended || child.postMessage(message)),
    onMessage: (listener) => void child.on('message', output.believed(listener)),
    onEnd: (listener) =>
      void child.once('exit', (code) => {
        ended = true;
        setTimeout(() => {
          app.off('child-process-gone', onGone);
          listener(describeEnd(code, gone, output.lastWords));
        }, WAIT_FOR_REASON);
      }),
    shutdown(timeout) {
      // Not `kill()`: it sends SIGTERM, which a trainer ignores, and one that is stopped does not hear.
      const timer = setTimeout(() => killNow(child.pid), timeout);
      child.once('exit', () => clearTimeout(timer));
    },
  };
}

function killNow(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** The built training process beside the built app. */
export function trainerEntry(folder: string): string {
  return path.join(folder, 'trainer.js');
}
