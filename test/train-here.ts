/**
 * A training process that is none: its work is done in this one. Where a test asks what comes of a run, not what
 * becomes of its process, that spares each run the start of a process and the compiling of its code.
 */
import type { WorkerEnd, WorkerLink } from '#main/runs/worker-link.ts';
import type { FromTrainer, ToTrainer } from '#main/trainer/protocol.ts';
import { takeWork } from '#main/trainer/take-work.ts';

/** In place of `forkTrainer`; messages are copied and come in turns of their own, as between processes. */
export function trainHere(): WorkerLink {
  const hears: ((message: ToTrainer) => void)[] = [];
  const told: ((message: FromTrainer) => void)[] = [];
  const ends: ((end: WorkerEnd) => void)[] = [];
  const pass = <T>(message: T, listeners: ((message: T) => void)[]) => {
    const copy = structuredClone(message);
    setImmediate(() => listeners.forEach((listener) => listener(copy)));
  };
  const channel = {
    onMessage: (listener: (message: ToTrainer) => void) => void hears.push(listener),
    send: async (message: FromTrainer) => pass(message, told),
    close: () => {},
  };
  takeWork(channel, () => pass({ clean: true, cause: 'ended' }, ends));
  return {
    pid: process.pid,
    send: (message) => pass(message, hears),
    onMessage: (listener) => void told.push(listener),
    onEnd: (listener) => void ends.push(listener),
    shutdown: () => {},
  };
}
