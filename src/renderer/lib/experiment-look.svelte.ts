/** How the experiment in view is looked at: kept in its address, every change of it undoable. */
import { EXPERIMENT_LOOK, type ExperimentLook } from './experiment-look.ts';
import { LookState } from './look-state.svelte.ts';

export const experimentLook = new LookState<ExperimentLook>(
  EXPERIMENT_LOOK,
  ({ view, ids, tab }) => view === 'runs' && ids.length > 0 && tab === null,
);
