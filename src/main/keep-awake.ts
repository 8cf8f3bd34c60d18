/**
 * A machine that trains does not go to sleep by itself: what the system has for that, held by a process that ends with
 * this one. Electron has its own (src/main/electron/).
 */
import { spawn } from 'node:child_process';

/** Begins to keep the machine awake. @returns what ends it */
export type KeepAwake = () => () => void;

/** The command of each system; each ends by itself when the process of this number is gone. */
const COMMANDS: Partial<Record<NodeJS.Platform, (pid: number) => [string, ...string[]]>> = {
  darwin: (pid) => ['caffeinate', '-i', '-w', String(pid)],
  linux: (pid) => [
    'systemd-inhibit',
    '--what=sleep:idle',
    '--who=Credence',
    '--why=A model is being trained',
    ...['tail', '--pid', String(pid), '-f', '/dev/null'],
  ],
};

/** Where the system has no such command, or refuses, the machine may sleep, and runs go on when it wakes up. */
export const keepAwake: KeepAwake = () => {
  const command = COMMANDS[process.platform]?.(process.pid);
  if (!command) return () => {};
  const [name, ...args] = command;
  const child = spawn(name, args, { stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
  return () => void child.kill();
};
