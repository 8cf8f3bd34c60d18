/**
 * What makes the program stop before its end: a signal, or nobody left to print to. Whoever trains hears of it
 * once and saves; a second signal ends the program at once.
 */
import { constants } from 'node:os';
import { watchParent } from './cli/hand-over.js';

/** Why the program is to stop. */
export interface StopCause {
  /** In words, for example `SIGTERM` or `a closed pipe`. */
  name: string;
  /** The exit code that says so: 128 and the signal's number. */
  code: number;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Milliseconds in which another signal is a copy of the first: one to a whole process group comes again from a
 * launcher or from npm, and the end of a session sends two kinds at once.
 */
const COPIES = 500;

type Stop = (cause: StopCause) => void;

let stop: Stop | null = null;
let first: { cause: StopCause; at: number } | null = null;
let broken: string | null = null;

/** From now on, the first signal and an output that breaks call `listener`, which is to save and end; once a process. */
export function onStop(listener: Stop): void {
  stop = listener;
  for (const signal of SIGNALS) process.on(signal, () => hear(causeOf(signal)));
  watchParent(() => stopOnce({ ...causeOf('SIGTERM'), name: 'the end of npm' }));
  if (broken !== null) stopOnce(causeOfBroken(broken));
}

/** What made the program stop; null while nothing did. */
export function stopCause(): StopCause | null {
  return first?.cause ?? null;
}

/** What to say when runs are told to stop. */
export function stoppingText({ name }: StopCause): string {
  return `credence: stopping (${name}), to save between two steps; Ctrl-C or another signal leaves at once`;
}

/** An exit code as a shell gives it to a program that a signal ended. */
function causeOf(signal: keyof typeof constants.signals): StopCause {
  return { name: signal, code: 128 + constants.signals[signal] };
}

/** Why a broken output stops the program; a terminal that was closed says EIO, and hangs up as well. */
function causeOfBroken(code: string): StopCause {
  if (code === 'EPIPE') return { ...causeOf('SIGPIPE'), name: 'a closed pipe' };
  if (code === 'EIO') return { ...causeOf('SIGHUP'), name: 'a closed terminal' };
  return { name: `an output that cannot be written (${code})`, code: 2 };
}

function hear(cause: StopCause): void {
  if (first === null) return stopOnce(cause);
  // After an output broke, the first signal is no copy of anything, but saving is under way.
  if (performance.now() - first.at > COPIES) process.exit(cause.code);
}

function stopOnce(cause: StopCause): void {
  if (first !== null || stop === null) return;
  first = { cause, at: performance.now() };
  stop(cause);
}

/**
 * Listens to standard output and error: where one breaks (`| head`, a terminal that was closed, a full disk), what
 * trains is told to stop, and the program goes on to its end without being read.
 */
export function watchOutputs(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
      broken ??= code;
      stopOnce(causeOfBroken(code));
    });
}

/** What broke an output, once pending writes are through; null where both work. */
export async function brokenOutput(): Promise<(StopCause & { reason: string }) | null> {
  await new Promise((resolve) => setImmediate(resolve));
  return broken === null ? null : { ...causeOfBroken(broken), reason: broken };
}
