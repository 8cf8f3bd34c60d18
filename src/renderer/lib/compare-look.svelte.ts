/** How the comparison in view is looked at: kept in its address, every change of it undoable. */
import { COMPARE_LOOK, type CompareLook } from './compare-look.ts';
import { LookState } from './look-state.svelte.ts';

class CompareLookState extends LookState<CompareLook> {
  constructor() {
    super(COMPARE_LOOK, ({ view, tab }) => view === 'compare' && (tab === null || tab === 'relations'));
  }

  /** Lays a column out by its logarithm, or no longer. */
  switchLog(column: string): void {
    const others = this.now.logs.filter((each) => each !== column);
    this.set({ logs: others.length < this.now.logs.length ? others : [...others, column] });
  }
}

export const compareLook = new CompareLookState();
