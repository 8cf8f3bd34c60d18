/** Counts what a loader leaves out: a dataset never loses rows silently. */
import type { LoadReport } from './knowledge-base.ts';

/** Reasons in plain words with their counts and one example each. */
export class Drops {
  private readonly left = new Map<string, { count: number; example: string }>();

  leave(reason: string, example: string, count = 1): void {
    const known = this.left.get(reason);
    if (known) known.count += count;
    else this.left.set(reason, { count, example });
  }

  list(): LoadReport['dropped'] {
    return [...this.left].map(([reason, { count, example }]) => ({ reason, count, example }));
  }
}
