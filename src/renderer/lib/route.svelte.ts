/** Where one is, kept in the address (`#/runs/3`, `#/compare/1,2`, `#/design/3`) so that a reload stays there. */

const VIEWS = ['runs', 'compare', 'design', 'queue'] as const;
export type View = (typeof VIEWS)[number];

interface Place {
  view: View;
  ids: number[];
}

function parse(hash: string): Place {
  const [, view, ids = ''] = /^#\/(\w+)\/?([\d,]*)$/.exec(hash) ?? [];
  const known = VIEWS.find((each) => each === view) ?? 'runs';
  return { view: known, ids: ids.split(',').filter(Boolean).map(Number) };
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

  go(view: View, ids: readonly number[] = []): void {
    const hash = `#/${view}${ids.length > 0 ? `/${ids.join(',')}` : ''}`;
    if (hash !== location.hash) location.hash = hash;
    this.#place = { view, ids: [...ids] };
  }
}

export const route = new Route();
