/** How closely two columns go together, in words: with how many it is of and its interval, or why it is not said. */
import { plural } from '../counting.ts';
import { decimals } from '../decimals.ts';
import type { Correlation } from './correlation.ts';

interface Pairs {
  /** Whether one of the columns is of names. */
  names: boolean;
  /** What the points are, how many of them, and of how many experiments. */
  of: 'experiments' | 'runs';
  points: number;
  experiments: number;
  /** Points that were not chosen along the axes. */
  left: number;
  /** Those that lack a value in one of the columns, and so are no points. */
  without: number;
  found: Correlation | null;
}

export function correlationText({ without, ...pairs }: Pairs): string {
  const said = correlationSaid(pairs);
  const { of } = pairs;
  const what = plural(without, of === 'runs' ? 'run' : 'experiment');
  return without > 0 ? `${said} Not shown, without a value in both columns: ${what}.` : said;
}

function correlationSaid({ names, of, points, experiments, left, found }: Omit<Pairs, 'without'>): string {
  const which = plural(points, of === 'runs' ? 'run' : 'experiment');
  const also = left > 0 ? ` (${left} not chosen below are left out)` : '';
  if (names) return 'No correlation is stated: one of the columns holds names.';
  if (of === 'runs' && experiments > 1)
    return `No correlation is stated over ${which} of ${experiments} experiments: those of one share its config, and would count as if they were independent. Let the points be experiments.`;
  if (!found)
    return `No correlation is stated: ${which}${also}, where it takes four that differ in both columns.`;
  const [r, low, high] = [found.r, found.low, found.high].map(text);
  return `Pearson’s r = ${r} (95 % interval ${low} to ${high}) over n = ${found.n} ${of}${also}; it takes them as independent${of === 'experiments' ? ', which those that share seeds are not quite' : ''}. A correlation is no cause.`;
}

const text = (value: number) => decimals(value, 2);
