/** Says how far a fetch is, on standard error: one line that is drawn again on a terminal, lines otherwise. */
import { sizeText } from '#shared/counting.ts';
import { duration } from '#shared/duration.ts';
import { fetchPace, type Fetched } from '#shared/pretrained-models.ts';
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

/** `fetching gpt2: 43% of 548 MB  12 MB/s  26 s left` */
export function fetchText(name: string, fetched: Fetched): string {
  const { done, total } = fetched;
  const share = `fetching ${name}: ${Math.floor((100 * done) / Math.max(total, 1))}% of ${sizeText(total)}`;
  const pace = fetchPace(fetched);
  return pace ? `${share}  ${sizeText(pace.rate)}/s  ${duration(pace.left)} left` : `${share}  estimating`;
}
