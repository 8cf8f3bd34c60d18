/**
 * Whether a training process still does anything. Its steps block it, so that silence alone says little: one that
 * uses processor time gets longer than one that uses none. Silence is counted in looks, not by a clock: while this
 * process itself was stopped (a laptop that slept, SIGSTOP), nobody looked.
 */
import { readFileSync } from 'node:fs';
import { duration } from '#shared/duration.ts';

/** Seconds of silence after which it counts as hung. */
interface Patience {
  /** It uses no processor time: it is stopped, or waits for something that does not come. */
  idle: number;
  /** It computes: a step of a large model, reading a large data set, or a loop without end. */
  busy: number;
}

const PATIENCE: Patience = { idle: 300, busy: 6 * 3600 };
/** Seconds between two looks, at most. */
const LOOK_EVERY = 10;

export interface Watchdog {
  /** It said something. */
  heard(): void;
  stop(): void;
}

/** `CREDENCE_HANG_AFTER` sets both, in seconds without processor time; one that computes gets ten times as long. */
function patience(): Patience {
  const set = Number(process.env['CREDENCE_HANG_AFTER'] || NaN);
  return set > 0 ? { idle: set, busy: 10 * set } : PATIENCE;
}

/**
 * Looks at a process until `stop`.
 * @param waits whether it is to be silent, because it is paused
 * @param hung told once, in words that follow "the training process"
 */
export function watch(
  pid: number | undefined,
  waits: () => boolean,
  hung: (cause: string) => void,
): Watchdog {
  const limits = patience();
  const every = Math.min(LOOK_EVERY, limits.idle / 5);
  const silence = countSilence(limits);
  const timer = setInterval(() => {
    if (waits()) return silence.reset();
    const cause = silence.add(every, processorTime(pid));
    if (cause === null) return;
    clearInterval(timer);
    hung(cause);
  }, every * 1000);
  return { heard: () => silence.reset(), stop: () => clearInterval(timer) };
}

/** Adds up silence. `add` takes the processor time so far, null where the system does not tell, and says what is wrong. */
export function countSilence({ idle, busy }: Patience) {
  let [silent, still] = [0, 0];
  let used: number | null = null;
  return {
    reset: () => void (silent = still = 0),
    add(seconds: number, time: number | null): string | null {
      silent += seconds;
      still = time !== null && time === used ? still + seconds : 0;
      used = time;
      if (still >= idle)
        return `said nothing for ${duration(silent)} and used no processor time: it was stopped, or waits for something that does not come`;
      return silent >= busy ? `said nothing for ${duration(silent)}, although it computes: it hangs` : null;
    },
  };
}

/** Clock ticks that a process has used, of all its threads (proc(5), fields 14 and 15 of its `stat`). */
function processorTime(pid: number | undefined): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return null;
  }
}
