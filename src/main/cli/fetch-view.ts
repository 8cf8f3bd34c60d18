/** Says how far a fetch is, on standard error: one line that is drawn again on a terminal, lines otherwise. */
import { sizeText } from '#shared/counting.ts';
import { duration } from '#shared/duration.ts';
import { note } from './output.ts';

const LINE_EVERY = 5000;
const REDRAW_EVERY = 200;

export interface FetchView {
  progress(done: number, total: number): void;
  /** Clears the line. */
  close(): void;
}

/** @param name what is fetched */
export function createFetchView(name: string): FetchView {
  const terminal = process.stderr.isTTY;
  let begun: { at: number; done: number } | null = null;
  let last = performance.now();
  let shown = 0;
  const show = (text: string) => {
    if (!terminal) return note(text);
    process.stderr.write(`\r${text.padEnd(shown)}`);
    shown = text.length;
  };
  return {
    progress(done, total) {
      const now = performance.now();
      begun ??= { at: now, done };
      if (now - last < (terminal ? REDRAW_EVERY : LINE_EVERY)) return;
      last = now;
      show(fetchText(name, { done, total, gained: done - begun.done, seconds: (now - begun.at) / 1000 }));
    },
    close() {
      if (shown > 0) process.stderr.write(`\r${' '.repeat(shown)}\r`);
    },
  };
}

interface Fetched {
  done: number;
  total: number;
  /** Bytes that came since this process began, and in which time: what was here before says nothing about speed. */
  gained: number;
  seconds: number;
}

/** `fetching gpt2: 43% of 548 MB  12 MB/s  26 s left` */
export function fetchText(name: string, { done, total, gained, seconds }: Fetched): string {
  const share = `fetching ${name}: ${Math.floor((100 * done) / Math.max(total, 1))}% of ${sizeText(total)}`;
  if (gained <= 0) return `${share}  estimating`;
  const rate = gained / seconds;
  return `${share}  ${sizeText(rate)}/s  ${duration((total - done) / rate)} left`;
}
