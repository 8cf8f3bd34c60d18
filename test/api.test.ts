/** The API in this process: real training, database and files. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExperimentDetail } from '#shared/api/experiments.ts';
import { resolveConfig } from '#shared/resolve-config.ts';
import { credence, temporaryFolder, until, writeIn } from './credence.ts';
import { failure, long, openService, tiny, type Opened } from './service.ts';
import { trainHere } from './train-here.ts';

describe('an experiment through the API', () => {
  let opened: Opened;
  let detail: ExperimentDetail;
  beforeAll(async () => {
    opened = openService(temporaryFolder(), trainHere);
    const { experiment, runs } = await opened.api.call('experiments.create', { config: tiny() });
    expect(runs.map(({ seed }) => seed)).toEqual([0, 1]);
    await opened.idle();
    detail = await opened.api.call('experiments.get', { id: experiment.id });
  });
  afterAll(() => opened.api.close());

  it('is saved whole, trains, and tells of every step', () => {
    expect(detail.experiment.config).toEqual(resolveConfig(tiny()));
    expect(detail.runs.map(({ state, error }) => [state, error])).toEqual([
      ['done', null],
      ['done', null],
    ]);
    const states = opened.of('run').filter(({ id }) => id === 1);
    expect([...new Set(states.map(({ state }) => state))]).toEqual(['running', 'done']);
    expect(states.at(-1)).toEqual(detail.runs[0]);
    const evaluations = opened.of('evaluation').filter(({ run }) => run === 1);
    expect(evaluations.map(({ evaluation: { stage, epoch } }) => `${stage} ${epoch}`)).toEqual([
      'stage0 1',
      'stage0 2',
      'stage1 1',
      'stage1 2',
      'stage1 3',
      'stage2 1',
      'stage2 2',
    ]);
    const ended = opened.of('stage').filter(({ seed, stage }) => seed === 0 && stage.finished);
    expect(ended.map(({ stage }) => stage)).toEqual(detail.stages.filter(({ run }) => run === 1));
    const lengths = opened.of('queue').map(({ running, waiting }) => running.length + waiting.length);
    expect(Math.max(...lengths)).toBe(2);
    expect(lengths.at(-1)).toBe(0);
  });

  it('gives the numbers that credence show gives', async () => {
    const shown = JSON.parse((await credence(['show', '1', '--json'], opened.home)).stdout) as {
      subsets: object;
      effects: object;
      finding: string;
    };
    const { effects, finding } = await opened.api.call('analysis.effects', { experiment: 1 });
    expect(effects.subsets).toEqual(shown.subsets);
    expect(effects.effects).toEqual(shown.effects);
    expect(finding).toBe(shown.finding);
  });

  it('has curves whose ends are the results, with each seed on demand', async () => {
    const { effects } = await opened.api.call('analysis.effects', { experiment: 1 });
    const { curves, stages, traces, n, chance } = await opened.api.call('analysis.curves', {
      experiment: 1,
      traces: true,
    });
    expect([n, chance]).toEqual([2, 0.25]);
    expect(stages).toEqual([
      { stage: 'stage0', from: 0, to: 2 },
      { stage: 'stage1', from: 2, to: 5 },
      { stage: 'stage2', from: 5, to: 7 },
    ]);
    for (const { subset, points } of curves) {
      expect(points.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(points[6].mean).toBeCloseTo(effects.subsets[subset]!.stage2!.mean, 12);
      expect(points[4].mean).toBeCloseTo(effects.subsets[subset]!.stage1!.mean, 12);
      const seeds = traces.filter((trace) => trace.subset === subset);
      expect(seeds.map(({ seed }) => seed)).toEqual([0, 1]);
      expect((seeds[0].points[6].value + seeds[1].points[6].value) / 2).toBeCloseTo(points[6].mean, 12);
    }
    const losses = await opened.api.call('analysis.curves', { experiment: 1, metric: 'loss' });
    expect(losses.curves).toHaveLength(curves.length);
    expect(losses.curves[0].points[0].mean).toBeGreaterThan(1);
  });

  it('is listed with its headline, once that is worked out', async () => {
    const listed = async () => (await opened.api.call('experiments.list', {}))[0];
    const before = opened.pushes.length;
    const worked = () => opened.pushes.slice(before).some(({ event }) => event === 'history');
    if ((await listed()).headline === null) await until(worked, 'a headline');
    const { effects } = await opened.api.call('analysis.effects', { experiment: 1 });
    expect(await listed()).toMatchObject({
      name: 'tiny',
      states: { done: 2 },
      headline: { n: 2, iml: { mean: effects.effects.iml!.mean, n: 2 } },
    });
  });

  it('keeps a log and the training loss of each run', async () => {
    const { log, trace, stages } = await opened.api.call('runs.get', { id: 1 });
    const texts = log.map(({ text }) => text);
    expect(texts[0]).toMatch(/^started from the start in process \d+ with/);
    expect(texts).toContain('evaluated after stage2, epoch 2');
    expect(texts.at(-1)).toMatch(/^done after/);
    expect(stages.every(({ finished }) => finished)).toBe(true);
    const epochs = trace.map(({ epoch }) => epoch);
    expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
    expect(epochs.every((epoch) => epoch > 0 && epoch <= 7)).toBe(true);
    // Stages of so few steps have them all, the last one included.
    const steps = stages.reduce((sum, stage) => sum + stage.steps, 0);
    expect(trace.map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    for (const { stage, train_loss, epochs: count, steps: all } of stages) {
      const last = trace
        .slice(
          0,
          stages
            .slice(0, stages.findIndex((each) => each.stage === stage) + 1)
            .reduce((sum, each) => sum + each.steps, 0),
        )
        .slice(-all / count);
      expect(last.reduce((sum, { loss }) => sum + loss, 0) / last.length).toBeCloseTo(train_loss!, 5);
    }
  });

  it('compares with another, in effects, config and words', async () => {
    const { experiment } = await opened.api.call('experiments.create', {
      config: tiny({ name: 'half', tags: { correlation: 0.5 } }),
    });
    await opened.idle();
    const compared = await opened.api.call('analysis.compare', { experiments: [1, experiment.id] });
    expect(compared.experiments.map(({ name }) => name)).toEqual(['tiny', 'half']);
    expect(compared.comparisons.map(({ effect, paired }) => [effect, paired])).toEqual([
      ['iml', true],
      ['stage1', true],
    ]);
    expect(compared.comparisons[0].sentence).toContain('"half" (2) against "tiny" (1)');
    expect(compared.config).toEqual([
      { field: 'name', values: ['tiny', 'half'] },
      { field: 'tags.correlation', values: [null, 0.5] },
    ]);
    const look = { rows: 'runs' as const, columns: ['name', 'seed', 'd1consis', 'd2consis'], sort: 'run' };
    const { text } = await opened.api.call('table.export', { look, format: 'json' });
    const rows = JSON.parse(text) as { name: string; seed: number; d1consis: number; d2consis: number }[];
    expect(rows.map(({ name, seed }) => `${name} ${seed}`)).toEqual(['tiny 0', 'tiny 1', 'half 0', 'half 1']);
    const [first, second] = rows.map(({ d1consis, d2consis }) => d1consis - d2consis);
    expect((first + second) / 2).toBeCloseTo(compared.experiments[0].effects.effects.iml!.mean, 12);
  });

  it('exports what the command line exports, and YAML that it runs unchanged', async () => {
    const csv = await opened.api.call('export.csv', { experiments: [1] });
    expect(csv.file_name).toBe('tiny.csv');
    expect(csv.text).toBe((await credence(['export', '1'], opened.home)).stdout);
    const { text } = await opened.api.call('export.yaml', { experiment: 1 });
    const file = writeIn(opened.home, 'again.yaml', text);
    const preview = await credence(['preview', file, '--json'], opened.home);
    const shown = await opened.api.call('design.preview', { config: tiny() });
    expect(JSON.parse(preview.stdout)).toMatchObject({ name: 'tiny', corpus_hash: shown.corpus_hash });
    expect(shown.corpus_hash).toBe(detail.runs[0].corpus_hash);
    expect((await opened.api.call('export.report', { experiment: 1 })).text).toMatch(/^<!doctype html>/);
  });

  it('estimates the time of another one from how this one went', async () => {
    const { estimate, stages, parameters } = await opened.api.call('design.preview', { config: tiny() });
    expect(estimate.basis).toBe('measured');
    const took = detail.runs.map(({ seconds }) => seconds);
    expect(estimate.seconds_per_seed).toBeGreaterThan(Math.min(...took) / 3);
    expect(estimate.seconds_per_seed).toBeLessThan(Math.max(...took) * 3);
    expect(stages.map(({ id, steps }) => [id, steps])).toEqual(
      detail.stages.filter(({ run }) => run === 1).map(({ stage, steps }) => [stage, steps]),
    );
    expect(parameters).toBeGreaterThan(1000);
  });
});

describe('the queue', { timeout: 180_000 }, () => {
  it('pauses, goes on, reorders, holds, cancels and resumes to the same numbers', async () => {
    const { api, of, idle } = openService();
    await api.call('settings.set', { slots: 1 });
    const config = long({ seeds: [0, 1, 2] });
    const training = config.training as unknown as { stage1: { epochs: number } };
    training.stage1.epochs = 60;
    await api.call('experiments.create', { config });
    await until(() => of('progress').length > 0, 'progress');
    const { memory, runs: processes, gpus } = await api.call('runs.usage', {});
    expect(processes.map(({ runs }) => runs)).toEqual([[1]]);
    expect(processes[0].memory).toBeGreaterThan(20e6);
    expect(processes[0].memory).toBeLessThan(memory.total);
    expect(gpus).toEqual([]);

    const reordered = await api.call('runs.reorder', { ids: [3] });
    expect(reordered.waiting.map(({ run }) => run.id)).toEqual([3, 2]);
    await api.call('runs.setQueue', { held: true });
    await api.call('runs.pause', { ids: [1] });
    await until(() => of('run').some(({ id, state }) => id === 1 && state === 'paused'), 'the pause');
    const seconds = (await api.call('runs.get', { id: 1 })).log.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await api.call('runs.get', { id: 1 })).log).toHaveLength(seconds);
    expect((await api.call('runs.queue', {})).running[0].run.state).toBe('paused');
    await api.call('runs.unpause', { ids: [1] });
    await until(() => of('run').at(-1)!.state === 'running', 'the run to go on');

    await api.call('runs.cancel', { ids: [1, 2] });
    await until(() => of('run').some(({ id, state }) => id === 1 && state === 'cancelled'), 'the end');
    const held = await api.call('runs.queue', {});
    expect(held.running).toEqual([]);
    expect(held.waiting.map(({ run }) => run.id)).toEqual([3]);
    expect((await api.call('runs.usage', {})).runs).toEqual([]);
    await api.call('runs.setQueue', { held: false });
    await api.call('runs.resume', { ids: [1, 2] });
    await idle();
    const { runs } = await api.call('experiments.get', { id: 1 });
    expect(runs.map(({ state }) => state)).toEqual(['done', 'done', 'done']);

    const straight = openService(temporaryFolder(), trainHere);
    await straight.api.call('experiments.create', { config });
    await straight.idle();
    const curves = (from: Opened['api']) => from.call('analysis.curves', { experiment: 1, traces: true });
    expect(await curves(api)).toEqual(await curves(straight.api));
    await Promise.all([api.close(), straight.api.close()]);
  });

  it('lets a run be resumed that was under way when the program closed', async () => {
    const first = openService();
    await first.api.call('experiments.create', { config: long() });
    await until(() => first.of('progress').length > 0, 'progress');
    await first.api.close();
    const second = openService(first.home);
    const { runs } = await second.api.call('experiments.get', { id: 1 });
    expect(runs.map(({ state, error }) => [state, error?.code])).toEqual([
      ['interrupted', 'run.closed'],
      ['interrupted', 'run.closed'],
    ]);
    const { waiting, running } = await second.api.call('runs.resume', { ids: [1] });
    expect([...running, ...waiting].map(({ run }) => run.id)).toEqual([1]);
    await second.api.close();
  });

  it('says why a run failed, in its log too, and leaves the others alone', async () => {
    const { api, idle, of } = openService();
    await api.call('settings.set', { slots: 2 });
    await api.call('experiments.create', { config: long() });
    await until(() => of('progress').some(({ run }) => run === 1), 'progress');
    process.kill((await api.call('runs.get', { id: 1 })).run.worker_pid!, 'SIGKILL');
    await until(() => of('run').some(({ id, state }) => id === 1 && state === 'failed'), 'the failure');
    const { run, log } = await api.call('runs.get', { id: 1 });
    expect(run.error).toMatchObject({ code: 'trainer.crashed' });
    expect(run.error!.message).toContain('SIGKILL');
    expect(log.at(-1)).toMatchObject({ level: 'error', text: run.error!.message });
    const { running } = await api.call('runs.queue', {});
    expect(running.map((entry) => entry.run.id)).toEqual([2]);
    await api.call('runs.cancel', { ids: [2] });
    await idle();
    await api.close();
  });

  it('shows what another process trains, and leaves it alone', async () => {
    const { api, home, of } = openService();
    const file = writeIn(home, 'long.yaml', JSON.stringify(long({ seeds: 1 })));
    const other = credence(['run', file], home);
    await until(() => of('history').some(({ experiments }) => experiments === null), 'the other process');
    let state = await api.call('runs.queue', {});
    for (let i = 0; i < 100 && state.elsewhere.length === 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      state = await api.call('runs.queue', {});
    }
    expect(state.elsewhere.map(({ id }) => id)).toEqual([1]);
    expect(await failure(api.call('runs.cancel', { ids: [1] }))).toMatchObject({ code: 'queue.elsewhere' });
    process.kill(state.elsewhere[0].owner_pid!, 'SIGINT');
    expect((await other).code).toBe(130);
    await api.close();
  });
});

describe('the beginning of the list', () => {
  let opened: Opened;
  beforeAll(() => {
    opened = openService(temporaryFolder(), trainHere);
  });
  afterAll(() => opened.api.close());

  it('has the newest, and says how many there are, with their runs and labels', async () => {
    const { api } = opened;
    const newest = (rows: number) => api.call('experiments.newest', { rows });
    expect(await newest(5)).toEqual({ items: [], experiments: 0, runs: 0, labels: [] });
    for (const name of ['first', 'second', 'third', 'put away'])
      await api.call('experiments.create', { config: tiny({ name, seeds: 2 }), start: name === 'first' });
    await opened.idle();
    await api.call('experiments.archive', { ids: [4], archived: true });
    await api.call('experiments.label', { ids: [1], add: ['paper', 'a'] });
    const { items, ...rest } = await newest(2);
    expect(rest).toEqual({ experiments: 3, runs: 2, labels: ['a', 'paper'] });
    const all = await api.call('experiments.list', {});
    expect(all.map(({ name }) => name)).toEqual(['third', 'second', 'first']);
    expect(items).toEqual(all.slice(0, 2));
    expect((await newest(3)).items).toEqual(all);
    expect(await failure(newest(0))).toMatchObject({ message: expect.stringContaining('rows') });
  });
});

describe('saved experiments', () => {
  let opened: Opened;
  beforeAll(() => {
    opened = openService(temporaryFolder(), trainHere);
  });
  afterAll(() => opened.api.close());
  const names = async (options = {}) =>
    (await opened.api.call('experiments.list', options)).map(({ name }) => name);

  it('can be saved without running, started later, renamed, labelled and noted', async () => {
    const { api } = opened;
    const { runs } = await api.call('experiments.create', {
      config: tiny({ name: 'draft', seeds: 1 }),
      start: false,
    });
    expect(runs).toEqual([]);
    await api.call('experiments.rename', { id: 1, name: 'kept' });
    await api.call('experiments.label', { ids: [1], add: ['paper', 'a'] });
    await api.call('experiments.label', { ids: [1], remove: ['a'] });
    expect(await api.call('experiments.labels', {})).toEqual(['paper']);
    const [note] = await api.call('experiments.addNote', { id: 1, text: 'first' });
    expect((await api.call('experiments.editNote', { note: note.id, text: 'better' }))[0].text).toBe(
      'better',
    );
    expect(await api.call('experiments.removeNote', { note: note.id })).toEqual([]);
    expect((await api.call('experiments.start', { id: 1 })).runs).toHaveLength(1);
    await opened.idle();
    expect(await failure(api.call('experiments.start', { id: 1 }))).toMatchObject({
      code: 'experiments.started',
    });
    expect(await api.call('experiments.duplicate', { id: 1 })).toMatchObject({ name: 'kept 2' });
    expect((await api.call('experiments.list', {}))[0]).toMatchObject({
      name: 'kept',
      labels: ['paper'],
      states: { done: 1 },
    });
  });

  it('can be archived and deleted, and both undone', async () => {
    const { api } = opened;
    await api.call('experiments.create', { config: tiny({ name: 'other' }), start: false });
    await api.call('experiments.archive', { ids: [2], archived: true });
    expect(await names()).toEqual(['kept']);
    expect(await names({ archived: true })).toEqual(['other', 'kept']);
    await api.call('experiments.archive', { ids: [2], archived: false });
    await api.call('experiments.delete', { ids: [1, 2] });
    expect(await names({ archived: true })).toEqual([]);
    expect(await names({ deleted: true })).toEqual(['other', 'kept']);
    expect((await credence(['list', '--json'], opened.home)).stdout.trim()).toBe('[]');
    expect(await failure(api.call('experiments.get', { id: 1 }))).toMatchObject({
      code: 'history.no-experiment',
    });
    await api.call('experiments.restore', { ids: [1, 2] });
    expect(await names()).toEqual(['other', 'kept']);
    expect((await api.call('analysis.effects', { experiment: 1 })).effects.n).toBe(1);
  });

  it('are not deleted while a run is under way', async () => {
    const { api } = opened;
    const { experiment, runs } = await api.call('experiments.create', { config: long({ seeds: 1 }) });
    expect(await failure(api.call('experiments.delete', { ids: [experiment.id] }))).toMatchObject({
      code: 'history.experiment-busy',
    });
    await api.call('runs.cancel', { ids: [runs[0].id] });
    await opened.idle();
    await api.call('experiments.delete', { ids: [experiment.id] });
    expect(await names({ deleted: true })).toEqual(['tiny']);
  });
});

describe('arguments', () => {
  it('that are wrong are refused by name, and nothing changes', async () => {
    const { api } = openService();
    const answer = (method: string, args: unknown) => failure(api.answer(method, args));
    expect(await answer('experiments.explode', {})).toMatchObject({ code: 'api.method' });
    expect(await answer('toString', {})).toMatchObject({ code: 'api.method' });
    expect(await answer('experiments.get', { id: 'one' })).toMatchObject({ code: 'api.arguments' });
    expect((await answer('experiments.get', { id: 'one' })).message).toMatch(/^experiments\.get: id: /);
    expect(await answer('experiments.get', { id: 1, more: 2 })).toMatchObject({ code: 'api.arguments' });
    expect(await answer('experiments.create', { config: { seeds: 2, unknown: 1 } })).toMatchObject({
      code: 'config.unknown-key',
      field: 'unknown',
    });
    expect(
      await answer('experiments.create', { config: { training: { stage1: { lr: -1 } } } }),
    ).toMatchObject({ code: 'config.value', field: 'training.stage1.lr' });
    expect(await api.call('experiments.list', {})).toEqual([]);
    await api.close();
  });

  it('change only the settings they name', async () => {
    const first = openService();
    await first.api.call('settings.set', { theme: 'dark', slots: 3 });
    await first.api.call('settings.set', { ui: { width: 280 } });
    await first.api.close();
    expect(first.of('settings').at(-1)).toEqual({ theme: 'dark', slots: 3, ui: { width: 280 } });
    const { api } = openService(first.home);
    expect(await api.call('settings.get', {})).toEqual({ theme: 'dark', slots: 3, ui: { width: 280 } });
    expect((await api.call('runs.queue', {})).slots).toBe(3);
    expect(await api.call('system.info', {})).toMatchObject({ home: first.home, host: 'in-process' });
    await api.close();
    expect(readFileSync(path.join(first.home, 'history.sqlite')).subarray(0, 6).toString()).toBe('SQLite');
  });
});
