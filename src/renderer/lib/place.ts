/**
 * What an address says (`#/runs/3`, `#/runs/s3` for a sweep, `#/compare/1,2`, `#/design/3`), whoever wrote it. A tab and
 * what it shows may follow experiments: `#/runs/3/answers?subset=d1consis`; and what the table of all of them shows:
 * `#/runs?where=alpha<0.8&sort=-iml`, one of them: `#/runs/3?smooth=5`, or a comparison: `#/compare/1,2?base=2`.
 */

const VIEWS = ['runs', 'compare', 'design', 'queue'] as const;
export type View = (typeof VIEWS)[number];

/** What there is of experiments beside their results. */
const TABS = ['relations', 'answers', 'inside'] as const;
export type Tab = (typeof TABS)[number];

export interface Place {
  view: View;
  /** Experiments, each once. */
  ids: number[];
  /** What stands where experiments belong and is no number of one. */
  stray: string[];
  /** The sweep in view; then there are no ids. */
  sweep: number | null;
  /** Null is the results. */
  tab: Tab | null;
  /** What the tab, an experiment, a comparison, or the table of all experiments, shows of all it could. */
  query: Record<string, string>;
}

/** Where an address leads; an unknown view is that of all runs. */
export function placeOf(hash: string): Place {
  const [, view, path = '', query = ''] = /^#\/(\w+)\/?([^?]*)\??(.*)$/s.exec(hash) ?? [];
  const known = VIEWS.find((each) => each === view) ?? 'runs';
  const tab = TABS.find((each) => path.endsWith(`/${each}`)) ?? null;
  const rest = tab === null ? path : path.slice(0, -tab.length - 1);
  const sweep = known === 'runs' ? /^s(\d{1,15})$/.exec(rest) : null;
  const asks = tab !== null || known === 'compare' || (known === 'runs' && !sweep);
  const more = { tab, query: asks ? Object.fromEntries(new URLSearchParams(query)) : {} };
  if (sweep) return { view: known, ids: [], stray: [], sweep: Number(sweep[1]), ...more };
  const parts = [...new Set(rest.split(',').filter((part) => part.trim() !== ''))];
  const isId = (part: string) => /^\d{1,15}$/.test(part) && Number(part) > 0;
  const ids = [...new Set(parts.filter(isId).map(Number))];
  return { view: known, ids, stray: parts.filter((part) => !isId(part)).map(readable), sweep: null, ...more };
}

function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What may stand in an address as it is: one reads it, and it is shorter. */
const PLAIN = /%(?:2C|2F|3A|3B|40|28|29)/g;

/** The address of experiments, of a tab of them, and of what it shows. */
export function addressOf({ view, ids, tab, query }: Pick<Place, 'view' | 'ids' | 'tab' | 'query'>): string {
  const shown = new URLSearchParams(query).toString().replace(PLAIN, decodeURIComponent);
  const path = [view, ids.join(','), tab ?? ''].filter(Boolean).join('/');
  return `#/${path}${shown ? `?${shown}` : ''}`;
}
