/**
 * Where one is, kept in the address (`#/runs/3`, `#/runs/s3` for a sweep, `#/compare/1,2`, `#/design/3`) so that a
 * reload stays there.
 */

const VIEWS = ['runs', 'compare', 'design', 'queue'] as const;
export type View = (typeof VIEWS)[number];

interface Place {
  view: View;
  ids: number[];
  /** The sweep in view; then there are no ids. */
  sweep: number | null;
}

function parse(hash: string): Place {
  const sweep = /^#\/runs\/s(\d+)$/.exec(hash);
  if (sweep) return { view: 'runs', ids: [], sweep: Number(sweep[1]) };
  const [, view, ids = ''] = /^#\/(\w+)\/?([\d,]*)$/.exec(hash) ?? [];
  const known = VIEWS.find((each) => each === view) ?? 'runs';
  return { view: known, ids: ids.split(',').filter(Boolean).map(Number), sweep: null };
}

class Route {
  #place = $state<Place>(parse(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.#place = parse(location.hash)));
  }

  get view(): View {
    return this.#place.view;
  }

  get ids(): number[] {
    return this.#place.ids;
  }

  /** The experiment in view; null for none. */
  get id(): number | null {
    return this.#place.ids[0] ?? null;
  }

  /** The sweep in view; null for none. */
  get sweep(): number | null {
    return this.#place.sweep;
  }

  go(view: View, ids: readonly number[] = []): void {
    this.#open(`#/${view}${ids.length > 0 ? `/${ids.join(',')}` : ''}`);
  }

  goSweep(id: number): void {
    this.#open(`#/runs/s${id}`);
  }

  #open(hash: string): void {
    if (hash !== location.hash) location.hash = hash;
    this.#place = parse(hash);
  }
}

export const route = new Route();
