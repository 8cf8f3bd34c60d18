/** How far something is, on standard error: one line that is drawn again on a terminal, lines otherwise. */
import { duration } from '#shared/duration.ts';
import { note } from './output.ts';

/** Milliseconds between two texts. */
const REDRAW_EVERY = 200;
const LINE_EVERY = 5000;

export interface StatusLine {
  /** @param text asked for where it is time to say something; what is short says nothing at all */
  show(text: (seconds: number) => string): void;
  /** Takes the line off a terminal. */
  clear(): void;
}

export function statusLine(): StatusLine {
  const terminal = process.stderr.isTTY;
  const begun = performance.now();
  let last = begun;
  let shown = 0;
  return {
    show(text) {
      const now = performance.now();
      if (now - last < (terminal ? REDRAW_EVERY : LINE_EVERY)) return;
      last = now;
      const line = text((now - begun) / 1000);
      if (!terminal) return note(line);
      process.stderr.write(`\r${line.padEnd(shown)}`);
      shown = line.length;
    },
    clear() {
      if (shown > 0) process.stderr.write(`\r${' '.repeat(shown)}\r`);
      shown = 0;
    },
  };
}

/** `asking: 43%  26 s left`: what is left takes as long as what is done took. */
export function shareLine(what: string, share: number, seconds: number): string {
  const left = share > 0.02 ? `${duration((seconds / share) * (1 - share))} left` : 'estimating';
  return `${what}: ${Math.floor(100 * share)}%  ${left}`;
}
