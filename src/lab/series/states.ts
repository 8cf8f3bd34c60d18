/** How runs of the source ended, where a column says it: our own words, and those of W&B. */
import { RUN_STATES, type LIVE_STATES, type RunError, type RunState } from '#shared/records.ts';
import type { Cell } from './rows.ts';

const OTHER_WORDS: Readonly<Record<string, RunState>> = {
  finished: 'done',
  crashed: 'failed',
  killed: 'cancelled',
  pending: 'queued',
  preempting: 'running',
  preempted: 'interrupted',
};

/** A state that a run may have where no process trains it. */
type EndState = Exclude<RunState, (typeof LIVE_STATES)[number]>;

/** How a run is kept. */
export interface Ended {
  state: EndState;
  error: RunError | null;
}

/** Null for a word that says nothing of a run. */
export function stateNamed(cell: Cell): RunState | null {
  const word = String(cell).trim().toLowerCase();
  return RUN_STATES.find((state) => state === word) ?? OTHER_WORDS[word] ?? null;
}

/**
 * @param said by the last row of the run that says one; where none does it counts as finished
 * @param cause why it ended early, where the source says that; one that finished was left out for it, and has no numbers
 */
export function endedAs(said: RunState | null, cause: string | null = null): Ended {
  const because = (what: string): RunError => ({ code: 'run.imported', message: withCause(what, cause) });
  if (said === null || said === 'done')
    return cause === null
      ? { state: 'done', error: null }
      : { state: 'interrupted', error: because('it was left out when it was exported') };
  if (said === 'cancelled') return { state: said, error: null };
  if (said === 'failed') return { state: said, error: because('it failed where it was trained') };
  const how = said === 'interrupted' ? 'interrupted where it was trained' : `${said} when it was exported`;
  return { state: 'interrupted', error: because(`it was ${how}`) };
}

/** As {@link endedAs} says it of a run that was imported, and exported again. */
const SAID_BEFORE = /^it (failed|was [a-z ]+?) (where it was trained|when it was exported)/;

const withCause = (what: string, cause: string | null): string =>
  cause === null ? what : SAID_BEFORE.test(cause) ? cause : `${what}: ${cause}`;
