/** Results of finished experiments: worked out once, kept in the history, worked out anew when a run was added. */
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createAnalysis } from '#main/api/analysis.ts';
import { analysisHandlers } from '#main/api/comparisons.ts';
import { createKept } from '#main/api/kept.ts';
import { createWarmUp } from '#main/api/warm-up.ts';
import { tableOf } from '#main/table/of-history.ts';
import { openHistory } from '#main/history/history.ts';
import { createWorkbench } from '#main/work/workbench.ts';
import { writeHistory } from '../bench/app/history.ts';
import { temporaryFolder, until } from './credence.ts';
import { openService } from './service.ts';

const SIZE = { experiments: 2, seeds: 3, evaluations: 9 };
const ASKED = { experiment: 1 };

function folder(): string {
  const home = temporaryFolder();
  writeHistory(home, SIZE);
  return home;
}

/** What is kept, by experiment and name. */
function kept(home: string): string[] {
  const db = new Database(path.join(home, 'history.sqlite'), { readonly: true });
  const rows = db
    .prepare<[], { experiment: number; request: string }>('SELECT * FROM replies ORDER BY 1, 2')
    .all();
  db.close();
  return rows.map(({ experiment, request }) => `${experiment} ${(JSON.parse(request) as string[])[0]}`);
}

describe('what was worked out', () => {
  it('is the same from the history as worked out anew', async () => {
    const home = folder();
    const first = openService(home).api;
    const fresh = [
      await first.call('analysis.curves', ASKED),
      await first.call('analysis.effects', { experiment: 1 }),
      await first.call('analysis.compare', { experiments: [1, 2] }),
    ];
    await first.close();
    expect(kept(home)).toEqual(['1 curves', '1 effects', '2 effects']);
    const second = openService(home).api;
    expect([
      await second.call('analysis.curves', ASKED),
      await second.call('analysis.effects', { experiment: 1 }),
      await second.call('analysis.compare', { experiments: [1, 2] }),
    ]).toEqual(fresh);
    await second.close();
  });

  it('is worked out anew when a run was added, and leaves with its experiment', async () => {
    const home = folder();
    const first = openService(home).api;
    const before = await first.call('analysis.curves', ASKED);
    expect(before.n).toBe(3);
    await first.close();
    const history = openHistory(path.join(home, 'history.sqlite'));
    const db = new Database(history.path);
    db.prepare("INSERT INTO runs (experiment, seed, state, created_at) VALUES (1, 9, 'queued', '')").run();
    const [run] = history.liveRuns();
    db.prepare('UPDATE runs SET owner_pid = ?, owner_start = (SELECT owner_start FROM runs LIMIT 1)').run(
      process.pid,
    );
    history.markRunning(run.id);
    const metrics = [{ subset: 'q', test: 'questions', exact_match: 1, f1: 1, loss: 0, count: 480 }] as const;
    history.recordEvaluation({ run: run.id, stage: 'stage1', epoch: 1, step: 10, metrics: [...metrics] });
    history.markDone(run.id, 1);
    const second = openService(home).api;
    const after = await second.call('analysis.curves', ASKED);
    expect(after.n).toBe(4);
    await second.close();
    expect(kept(home)).toContain('1 curves');
    history.deleteExperiment(1);
    expect(kept(home).filter((each) => each.startsWith('1 '))).toEqual([]);
    db.close();
    history.close();
  });

  it('is there of the newest, compared two by two beforehand, once; a deleted one is left out', async () => {
    const home = temporaryFolder();
    writeHistory(home, { ...SIZE, experiments: 3 });
    const history = openHistory(path.join(home, 'history.sqlite'));
    const keeper = createKept(history);
    const analysis = createAnalysis(history, keeper);
    const workbench = createWorkbench(() => {});
    const warmUp = createWarmUp(
      analysisHandlers({ ...{ history, analysis, workbench }, table: tableOf(history) }),
    );
    const list = history.listExperiments();
    warmUp.over(list);
    history.trashExperiment(3);
    for (let steps = 0; steps < 2; steps++) {
      expect(warmUp.pending).toBe(true);
      warmUp.step();
    }
    expect(warmUp.pending).toBe(false);
    warmUp.over(list);
    expect(warmUp.pending).toBe(false);
    keeper.close();
    history.close();
    expect(kept(home)).toEqual(['1 curves', '1 effects', '2 curves', '2 effects']);
  });

  it('is prepared after the list was asked for: headlines first, then curves', async () => {
    const home = folder();
    const { api } = openService(home);
    const list = () => api.call('experiments.list', {});
    expect((await list()).map(({ headline }) => headline)).toEqual([null, null]);
    await until(() => kept(home).length === 4, 'curves and effects of both');
    const [, oldest] = await list();
    const { effects } = await api.call('analysis.effects', { experiment: oldest.id });
    expect(oldest.headline).toMatchObject({ n: 3, iml: { mean: effects.effects.iml!.mean } });
    await api.close();
  });

  it('leaves the list as it is, until this or another process changes anything', async () => {
    const home = folder();
    const { api } = openService(home);
    const list = () => api.call('experiments.list', {});
    await list();
    await until(() => kept(home).length === 4, 'curves and effects of both');
    const before = await list();
    expect(await list()).toBe(before);
    await api.call('experiments.label', { ids: [1], add: ['here'], remove: [] });
    const other = openHistory(path.join(home, 'history.sqlite'));
    other.renameExperiment(2, 'by another');
    const after = await list();
    expect(after.map(({ name, labels }) => [name, labels])).toEqual([
      ['by another', []],
      [before[1].name, ['here']],
    ]);
    other.archiveExperiment(2);
    expect((await list()).map(({ id }) => id)).toEqual([1]);
    expect(await api.call('experiments.list', { archived: true })).toHaveLength(2);
    other.close();
    await api.close();
  });
});
