/** Says how far a fetch is, on standard error: one line that is drawn again on a terminal, lines otherwise. */
import { sizeText } from '#shared/counting.ts';
import { duration } from '#shared/duration.ts';
import { fetchPace, type Fetched } from '#shared/pretrained-models.ts';
import { statusLine } from './status-line.ts';

export interface FetchView {
  progress(done: number, total: number): void;
  /** Clears the line. */
  close(): void;
}

/** @param name what is fetched */
export function createFetchView(name: string): FetchView {
  const line = statusLine();
  /** What was there before counts for nothing. */
  let before: number | null = null;
  return {
    progress(done, total) {
      const had = (before ??= done);
      line.show((seconds) => fetchText(name, { done, total, gained: done - had, seconds }));
    },
    close: line.clear,
  };
}

/** `fetching gpt2: 43% of 548 MB  12 MB/s  26 s left` */
export function fetchText(name: string, fetched: Fetched): string {
  const { done, total } = fetched;
  const share = `fetching ${name}: ${Math.floor((100 * done) / Math.max(total, 1))}% of ${sizeText(total)}`;
  const pace = fetchPace(fetched);
  return pace ? `${share}  ${sizeText(pace.rate)}/s  ${duration(pace.left)} left` : `${share}  estimating`;
}
