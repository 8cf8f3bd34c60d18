/** What an address says (`#/runs/3`, `#/runs/s3` for a sweep, `#/compare/1,2`, `#/design/3`), whoever wrote it. */

const VIEWS = ['runs', 'compare', 'design', 'queue'] as const;
export type View = (typeof VIEWS)[number];

export interface Place {
  view: View;
  /** Experiments, each once. */
  ids: number[];
  /** What stands where experiments belong and is no number of one. */
  stray: string[];
  /** The sweep in view; then there are no ids. */
  sweep: number | null;
}

/** Where an address leads; an unknown view is that of all runs. */
export function placeOf(hash: string): Place {
  const [, view, rest = ''] = /^#\/(\w+)\/?(.*)$/s.exec(hash) ?? [];
  const known = VIEWS.find((each) => each === view) ?? 'runs';
  const sweep = known === 'runs' ? /^s(\d{1,15})$/.exec(rest) : null;
  if (sweep) return { view: known, ids: [], stray: [], sweep: Number(sweep[1]) };
  const parts = [...new Set(rest.split(',').filter((part) => part.trim() !== ''))];
  const isId = (part: string) => /^\d{1,15}$/.test(part) && Number(part) > 0;
  const ids = [...new Set(parts.filter(isId).map(Number))];
  return { view: known, ids, stray: parts.filter((part) => !isId(part)).map(readable), sweep: null };
}

function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
