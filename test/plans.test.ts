/** Plans of seeds are worked out beside the event loop, tell how far they are, and end when nobody wants them. */
import { describe, expect, it } from 'vitest';
import type { NamedPlan } from '#shared/api/analysis.ts';
import { writeHistory } from '../bench/app/history.ts';
import { temporaryFolder, until } from './credence.ts';
import { failure, openService } from './service.ts';

function served(experiments: number) {
  const home = temporaryFolder();
  writeHistory(home, { experiments, seeds: 8, evaluations: 9 });
  const opened = openService(home);
  const ids = Array.from({ length: experiments }, (_, i) => i + 1);
  const plan = (planned: 't' | 'both', task?: string) =>
    opened.api.call('analysis.plan', { ...{ experiments: ids, planned, task }, effects: ['iml'] });
  return { ...opened, ids, plan };
}

describe('plans of several experiments', () => {
  it('are of all at once first, then of each, which is named as in its sentence', async () => {
    const { api, ids, plan } = served(4);
    const plans = await plan('t');
    const { comparisons } = await api.call('analysis.compare', { experiments: ids, effects: ['iml'] });
    expect(plans.map(({ name, plan: { family } }) => [name, family])).toEqual([
      ['All of them at once', 3],
      ...comparisons.map(({ sentence }) => [sentence.slice(0, sentence.indexOf(':')), 1]),
    ]);
    await api.close();
  });

  it('leave the event loop turning while they are simulated, and tell how far they are', async () => {
    const { api, of, plan } = served(4);
    let done: NamedPlan[] | null = null;
    const all = plan('both', 'mine').then((plans) => (done = plans));
    // Each answer takes a turn of the loop.
    let turns = 0;
    while (done === null) {
      await api.call('system.info', {});
      await new Promise((resolve) => setTimeout(resolve, 1));
      turns++;
    }
    expect(await all).toHaveLength(4);
    expect(turns).toBeGreaterThan(20);
    const shares = of('task').map(({ task, share }) => [task, share]);
    expect(shares[0]).toEqual(['mine', 0]);
    expect(shares.length).toBeGreaterThan(1);
    await api.close();
  });

  it('end when their task is cancelled, and where a newer one of its name is asked for', async () => {
    const { api, of, plan } = served(4);
    const first = failure(plan('both', 'mine'));
    await until(() => of('task').length > 0, 'the first to be under way');
    const newer = failure(plan('both', 'mine'));
    expect(await first).toMatchObject({ code: 'task.cancelled' });
    await api.call('tasks.cancel', { task: 'mine' });
    expect(await newer).toMatchObject({ code: 'task.cancelled' });
    expect(await plan('t', 'mine')).toHaveLength(4);
    await api.close();
  });
});
