/** The command line as a process that is killed. */
import { spawn } from 'node:child_process';
import { SOURCES } from '#test/credence.ts';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The end of both streams. */
  said: string;
}

export interface Command {
  pid: number;
  ended: Promise<Ended>;
  /** Null while it runs. */
  result(): Ended | null;
}

/** Seconds of training between two rolling checkpoints: short, so that kills fall beside and into them. */
const CHECKPOINT_EVERY = '0.2';

export function start(args: readonly string[], home: string): Command {
  const env = {
    ...process.env,
    ...{ CREDENCE_HOME: home, NO_COLOR: '1', CREDENCE_CHECKPOINT_EVERY: CHECKPOINT_EVERY },
  };
  const child = spawn(process.execPath, [SOURCES, ...args], {
    env,
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  let result: Ended | null = null;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve((result = { code, signal, said })));
  });
  return { pid: child.pid!, ended, result: () => result };
}

/** Ends a process at once, if it is still there. */
export function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
