/** Seeds together through the queue: real training processes, each run followed by itself. */
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openHistory } from '#main/history/history.ts';
import type { RunRecord } from '#shared/records.ts';
import { credence, temporaryFolder, TINY, until, writeIn } from './credence.ts';
import { long, openService, tiny, type Opened } from './service.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A service whose slots train up to so many seeds together. */
async function opened(together: number, slots = 1, home?: string): Promise<Opened> {
  const service = home === undefined ? openService() : openService(home);
  await service.api.call('settings.set', { slots, together });
  return service;
}

const runsOf = async ({ api }: Opened): Promise<RunRecord[]> =>
  (await api.call('experiments.get', { id: 1 })).runs;
const states = async (service: Opened) => (await runsOf(service)).map(({ state }) => state);

/** Waits until each of some runs has reported progress. */
const training = (service: Opened, runs: number[]) =>
  until(() => runs.every((id) => service.of('progress').some(({ run }) => run === id)), 'progress');

const settled = (service: Opened, run: number, state: string) =>
  until(() => service.of('run').findLast(({ id }) => id === run)?.state === state, `run ${run} ${state}`);

/** What the runs of a history's first experiment measured, and the bytes of their weights. */
function measured(home: string) {
  const history = openHistory(path.join(home, 'history.sqlite'));
  try {
    return history.evaluationsOf(1).map(({ run, evaluations }) => ({
      seed: run.seed,
      corpus: run.corpus_hash,
      evaluations: evaluations.map(({ stage, epoch, step, metrics }) => ({ stage, epoch, step, metrics })),
    }));
  } finally {
    history.close();
  }
}

describe('credence run --together', () => {
  it('finds what separate runs find, and saves the same for each seed', async () => {
    const found = [];
    for (const options of [['--together', '3'], []]) {
      const home = temporaryFolder();
      const file = writeIn(home, 'tiny.yaml', TINY.replace('seeds: 2', 'seeds: 3'));
      const { code, stderr } = await credence(['run', file, '--json', ...options], home);
      expect([code, stderr]).toEqual([0, expect.any(String)]);
      found.push(measured(home));
    }
    const [together, alone] = found;
    expect(together.map(({ seed, corpus }) => [seed, corpus])).toEqual(
      alone.map(({ seed, corpus }) => [seed, corpus]),
    );
    together.forEach(({ evaluations }, i) => {
      expect(evaluations.map(({ stage, epoch, step }) => [stage, epoch, step])).toEqual(
        alone[i].evaluations.map(({ stage, epoch, step }) => [stage, epoch, step]),
      );
      evaluations.forEach(({ metrics }, j) =>
        metrics.forEach(({ loss }, k) =>
          expect(Math.abs(loss! - alone[i].evaluations[j].metrics[k].loss!)).toBeLessThan(1e-3),
        ),
      );
    });
  });

  it('says what is wrong with a number', async () => {
    const home = temporaryFolder();
    const file = writeIn(home, 'tiny.yaml', TINY);
    const { code, stderr } = await credence(['run', file, '--together', 'all'], home);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--together: "all" is not a whole number from 1 to 99/);
  });
});

describe('runs that train together', () => {
  it('share a process, report each by itself, and end by themselves', async () => {
    const service = await opened(3);
    await service.api.call('experiments.create', { config: tiny({ seeds: 4 }) });
    await service.idle();
    const runs = await runsOf(service);
    expect(runs.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
    const details = await Promise.all(runs.map(({ id }) => service.api.call('runs.get', { id })));
    const pids = details.map(({ log }) => /in process (\d+)/.exec(log[0].text)![1]);
    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(pids[3]).not.toBe(pids[0]);
    for (const { id, seed } of runs) {
      expect(service.of('evaluation').filter(({ run }) => run === id).length).toBeGreaterThan(2);
      const { log, stages } = await service.api.call('runs.get', { id });
      expect(stages.map(({ finished }) => finished)).toEqual([true, true, true]);
      expect(log.filter(({ text }) => /weights saved/.test(text)).length).toBe(3);
      if (seed === runs[0].seed)
        expect(log[0].text).toMatch(new RegExp(`together with seed ${runs[1].seed}, seed ${runs[2].seed}$`));
    }
    await service.api.close();
  });

  it('pause and go on together; one that is cancelled leaves the others training', async () => {
    const service = await opened(2);
    await service.api.call('experiments.create', { config: long({ seeds: 2 }) });
    await training(service, [1, 2]);
    await service.api.call('runs.pause', { ids: [2] });
    await settled(service, 1, 'paused');
    await settled(service, 2, 'paused');
    await service.api.call('runs.cancel', { ids: [1] });
    await settled(service, 1, 'cancelled');
    expect(await states(service)).toEqual(['cancelled', 'paused']);
    await service.api.call('runs.unpause', { ids: [2] });
    await settled(service, 2, 'running');
    const before = service.of('progress').filter(({ run }) => run === 2).length;
    await until(() => service.of('progress').filter(({ run }) => run === 2).length > before + 2, 'progress');
    await service.api.call('runs.cancel', { ids: [2] });
    await service.idle();
    await service.api.close();
  });

  it('fail together with the cause where their process is killed, and the other slot goes on', async () => {
    const service = await opened(2, 2);
    await service.api.call('experiments.create', { config: long({ seeds: 4 }) });
    await training(service, [1, 2, 3, 4]);
    const [first, second, third] = await runsOf(service);
    process.kill(first.worker_pid!, 'SIGKILL');
    await settled(service, 1, 'failed');
    await settled(service, 2, 'failed');
    expect(third.worker_pid).not.toBe(first.worker_pid);
    const ended = await runsOf(service);
    expect(ended.map(({ state }) => state)).toEqual(['failed', 'failed', 'running', 'running']);
    expect(ended[0].error).toMatchObject({ code: 'trainer.crashed' });
    expect(ended[0].error!.message).toMatch(/killed by SIGKILL/);
    expect(ended[0].error!.message).toContain(`together with seed ${second.seed}`);
    expect(ended[1].error!.message).toContain(`together with seed ${first.seed}`);
    await service.api.call('runs.cancel', { ids: [3, 4] });
    await service.idle();
    await service.api.close();
  });

  it('go on from where they were closed, with the bits they would have had', async () => {
    const raw = { ...tiny({ seeds: 2 }) } as Record<string, never>;
    const training1 = raw['training'] as Record<string, object>;
    const config = { ...raw, training: { ...training1, stage1: { ...training1['stage1'], epochs: 30 } } };
    const whole = await opened(2);
    await whole.api.call('experiments.create', { config });
    await whole.idle();
    await whole.api.close();
    const closed = await opened(2);
    await closed.api.call('experiments.create', { config });
    await training(closed, [1, 2]);
    await closed.api.close();
    const again = await opened(2, 1, closed.home);
    expect(await states(again)).toEqual(['interrupted', 'interrupted']);
    await again.api.call('runs.resume', { ids: [1, 2] });
    await again.idle();
    expect(await states(again)).toEqual(['done', 'done']);
    await again.api.close();
    expect(measured(closed.home)).toEqual(measured(whole.home));
  });
});
