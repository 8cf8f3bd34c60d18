import path from 'node:path';
import { expect, it } from 'vitest';
import { resolveConfig } from '#shared/resolve-config.ts';
import { temporaryFolder, until } from '#test/credence.ts';
import { openHistory } from '../history/history.ts';
import { MemoryBudget, memoryHere } from './memory.ts';
import { RunQueue } from './queue.ts';
import type { WorkerLink } from './worker-link.ts';

const GB = 1e9;
const large = resolveConfig({ name: 'large', seeds: 3, engine: 'onnx' });
const small = resolveConfig({ name: 'small', seeds: 1, engine: 'onnx' });
const memoryOf = (free: () => number) => ({
  needed: ({ name }: { name: string }) => (name === 'large' ? 4 * GB : 0),
  free,
});

it('counts by what was free before the first, gives it back, and lets one alone have its try', () => {
  let free = 9 * GB;
  const budget = new MemoryBudget(memoryOf(() => free));
  expect(budget.atOnce(1, large)).toBe(2);
  expect(budget.atOnce(2, small)).toBe(Infinity);
  expect(budget.hindrance(1, large)).toBeNull();
  budget.take(1, 1, large);
  // What the first has taken by now is not to be counted twice.
  free = 5 * GB;
  expect(budget.hindrance(1, large)).toBeNull();
  budget.take(2, 1, large);
  expect(budget.hindrance(1, large)).toBe('waits for memory: needs 4.0 GB, 1.0 GB are left');
  expect(budget.hindrance(2, small)).toBeNull();
  budget.giveBack(1);
  expect(budget.hindrance(1, large)).toBeNull();
  budget.giveBack(2);
  free = 1 * GB;
  expect([budget.atOnce(1, large), budget.hindrance(1, large)]).toEqual([1, null]);
});

/** A training process that trains until it is told to end. */
function idleLink(): WorkerLink {
  let ended = () => {};
  return {
    pid: process.pid,
    send: (message) => message.type === 'cancel' && ended(),
    onMessage: () => {},
    onEnd: (listener) => (ended = () => listener({ clean: true, cause: 'ended' })),
    shutdown: () => ended(),
  };
}

it('the queue starts as many large runs as fit, says why the others wait, and lets small ones pass', async () => {
  const history = openHistory(path.join(temporaryFolder(), 'history.sqlite'));
  const report = { rowsRead: 0, rowsKept: 0, dropped: [] };
  const save = (config: typeof large) =>
    history.createExperiment({ config, version: '0', dataset_report: report, start: true }).runs;
  const queue = new RunQueue({ history, slots: 4, launch: idleLink, memory: memoryOf(() => 9 * GB) });
  queue.add(save(large), large);
  queue.add(save(small), small);
  const { running, waiting } = queue.contents();
  expect(running.map(({ run }) => run)).toEqual([1, 2, 4]);
  expect(waiting).toEqual([{ run: 3, why: 'waits for memory: needs 4.0 GB, 1.0 GB are left' }]);
  queue.cancel([1]);
  await until(() => queue.contents().waiting.length === 0, 'the third run to have the memory of the first');
  expect(queue.contents().running.map(({ run }) => run)).toEqual([2, 4, 3]);
  await queue.close();
  history.close();
});

it('is what was reckoned with the texts of an experiment when it was made', () => {
  const history = openHistory(path.join(temporaryFolder(), 'history.sqlite'));
  const made = (memory?: number) =>
    history.createExperiment({ config: large, version: '1', memory, start: false }).experiment.id;
  const { needed } = memoryHere(history);
  expect(needed(large, made(5 * GB))).toBe(5 * GB);
  expect(needed(large, made())).toBe(0);
  history.close();
});
