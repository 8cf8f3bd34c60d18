/** Counts what a loader leaves out: a dataset never loses rows silently. */
import type { LoadReport } from './knowledge-base.ts';

/** Reasons in plain words with their counts and one example each. */
export class Drops {
  private readonly left = new Map<string, LoadReport['dropped'][number]>();

  /** @param line of the file, from 1, where lines are counted */
  leave(reason: string, example: string, { count = 1, line }: { count?: number; line?: number } = {}): void {
    const known = this.left.get(reason);
    if (known) known.count += count;
    else this.left.set(reason, { reason, count, example, ...(line === undefined ? {} : { line }) });
  }

  list(): LoadReport['dropped'] {
    return [...this.left.values()].map((dropped) => ({ ...dropped }));
  }
}
