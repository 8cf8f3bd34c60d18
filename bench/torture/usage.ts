/** What the processes of the app hold, read from outside as a system monitor would (Linux). */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface Usage {
  /** Minutes since the start. */
  minutes: number;
  /** What lives in the heap of the main process, and its resident memory after garbage was collected, in MiB. */
  heap: number;
  memory: number;
  /** Its open files, sockets and pipes. */
  handles: number;
  threads: number;
  /** Processes below it. */
  children: number;
  /** Files and folders in its folder for temporary ones. */
  temporary: number;
  /** The history with its journal, in MiB. */
  history: number;
  /** Files of weights, and of everything else beside the history. */
  files: number;
}

const MIB = 2 ** 20;

export interface Place {
  pid: number;
  home: string;
  /** The folder that `TMPDIR` names for the app. */
  temporary: string;
}

/** @param heap bytes that live in the heap */
export function usage({ pid, home, temporary }: Place, minutes: number, heap: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1]);
  return {
    minutes,
    heap: heap / MIB,
    memory: field('VmRSS') / 1024,
    handles: readdirSync(`/proc/${pid}/fd`).length,
    threads: field('Threads'),
    children: childrenOf(pid),
    temporary: readdirSync(temporary).length,
    history:
      ['', '-wal'].reduce((sum, end) => sum + sizeOf(path.join(home, `history.sqlite${end}`)), 0) / MIB,
    files: readdirSync(home, { recursive: true }).length,
  };
}

function childrenOf(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const lists = tasks.map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'));
  return lists.join(' ').split(' ').filter(Boolean).length;
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
