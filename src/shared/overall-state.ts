/** How an experiment stands, in one word. */
import type { ExperimentSummary, RunState } from './records.ts';

/** The state that matters most among an experiment's runs. */
const BY_WEIGHT: RunState[] = ['running', 'paused', 'queued', 'failed', 'interrupted', 'cancelled', 'done'];

/** Null where it has no run yet. */
export function overallState({ states }: Pick<ExperimentSummary, 'states'>): RunState | null {
  return BY_WEIGHT.find((state) => states[state] > 0) ?? null;
}
