/** What is said beside numbers of experiments that are put together. */
import { plural } from './counting.ts';

/** How groups are measured (docs/statistics.md), as a figure says it. */
export const GROUPED_HOW =
  'mean with 95 % interval over seeds, a seed’s runs in several experiments averaged first';

/** What keeps to experiments where they are grouped, and why. */
export const NOT_GROUPED =
  'What differs in the configs and what was registered stay with single experiments: a group has no config of its own.';

/** `2 experiments, 6 runs, n = 3 seeds`. */
export function overGroup(experiments: number, { runs, n }: { runs: number; n: number }): string {
  return `${plural(experiments, 'experiment')}, ${plural(runs, 'run')}, n = ${plural(n, 'seed')}`;
}
