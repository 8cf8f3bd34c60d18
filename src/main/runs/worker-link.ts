/**
 * A training process as the host sees it, whatever runs it: a forked Node process here, a utility process
 * under Electron.
 */
import type { FromTrainer, ToTrainer } from '../trainer/protocol.ts';

/** How a training process ended; anything but `clean` is a crash. */
export interface WorkerEnd {
  clean: boolean;
  /** In plain words, for example `was killed by SIGKILL`. */
  cause: string;
}

export interface WorkerLink {
  readonly pid: number | undefined;
  send(message: ToTrainer): void;
  onMessage(listener: (message: FromTrainer) => void): void;
  /** Called exactly once, after the last message. */
  onEnd(listener: (end: WorkerEnd) => void): void;
  /** The process is to end by itself; it is killed when it has not after `timeout` milliseconds. */
  shutdown(timeout: number): void;
}
