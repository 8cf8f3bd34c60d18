/** Whatever is asked of a run, in whatever order: it moves as the one table says, or it is refused and stays. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHistory, type History } from '#main/history/history.ts';
import { LIVE_STATES, RUN_STATES, RUN_TRANSITIONS, type RunState } from '#shared/records.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { temporaryFolder } from './credence.ts';

const ERROR = { code: 'x', message: 'because' };

/** What can be asked, and the state it is to lead to. */
const ASKED: Record<string, { to: RunState; ask: (history: History, id: number) => unknown }> = {
  requeue: { to: 'queued', ask: (history, id) => history.requeueRun(id) },
  start: { to: 'running', ask: (history, id) => history.markRunning(id) },
  pause: { to: 'paused', ask: (history, id) => history.markPaused(id) },
  unpause: { to: 'running', ask: (history, id) => history.markResumed(id) },
  finish: { to: 'done', ask: (history, id) => history.markDone(id, 1) },
  fail: { to: 'failed', ask: (history, id) => history.markFailed(id, ERROR) },
  cancel: { to: 'cancelled', ask: (history, id) => history.markCancelled(id) },
  interrupt: { to: 'interrupted', ask: (history, id) => history.markInterrupted(id, ERROR) },
};

let history: History;
beforeAll(() => {
  history = openHistory(`${temporaryFolder()}/history.sqlite`);
});
afterAll(() => history.close());

it('holds for every sequence', () => {
  const asks = fc.array(fc.constantFrom(...Object.keys(ASKED)), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(asks, (names) => {
      const config = resolveConfig({ name: 'a', seeds: 1 });
      const { runs } = history.createExperiment({ config, version: '0' });
      let state: RunState = 'queued';
      for (const name of names) {
        const { to, ask } = ASKED[name];
        const allowed = RUN_TRANSITIONS[state].includes(to);
        if (allowed) ask(history, runs[0].id);
        else expect(() => ask(history, runs[0].id)).toThrow();
        if (allowed) state = to;
        const now = history.getRun(runs[0].id);
        expect(now.state).toBe(state);
        expect(now.error !== null).toBe(state === 'failed' || state === 'interrupted');
      }
    }),
    { numRuns: 60 },
  );
});

it('leaves a way out of every state but done, and one to an end from every state that lives', () => {
  const ends = (state: RunState) =>
    RUN_TRANSITIONS[state].filter((next) => !LIVE_STATES.includes(next as never));
  for (const state of RUN_STATES) {
    if (state !== 'done') expect(RUN_TRANSITIONS[state].length, state).toBeGreaterThan(0);
    if (LIVE_STATES.includes(state as never)) expect(ends(state), state).toContain('interrupted');
    else if (state !== 'done') expect(RUN_TRANSITIONS[state]).toEqual(['queued']);
  }
});
