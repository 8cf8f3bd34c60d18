/** Sweeps through the API: designed, run, stopped, resumed, put away, and the same history as the command line. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SweepDetail } from '#shared/api/sweeps.ts';
import { credence, temporaryFolder, TINY, until, writeIn } from './credence.ts';
import { failure, long, openService, tiny, type Opened } from './service.ts';
import { trainHere } from './train-here.ts';

const SWEEP = { over: { 'tags.correlation': '0.5, 1', 'training.stage2.epochs': '1..2' } };
const EFFECTS_OF = ({ cells }: { cells: { cell: object; n: number; effects: object }[] }) =>
  cells.map(({ cell, n, effects }) => ({ cell, n, effects }));

describe('a sweep through the API', () => {
  let opened: Opened;
  let detail: SweepDetail;
  const call: Opened['api']['call'] = (method, args) => opened.api.call(method, args);

  beforeAll(async () => {
    opened = openService(temporaryFolder(), trainHere);
    const { sweep, runs } = await call('sweeps.create', { config: tiny({ sweep: SWEEP }), task: 'sweep' });
    expect([sweep.id, sweep.experiments.length, runs]).toEqual([1, 4, 8]);
    const early = await call('sweeps.get', { id: 1 });
    expect(early.progress.live).toBe(true);
    expect(early.runs).toHaveLength(8);
    await opened.idle();
    detail = await call('sweeps.get', { id: 1 });
  }, 180_000);
  afterAll(() => opened.api.close());

  it('trains every combination over its seeds and sums them up', async () => {
    expect(detail.states.done).toBe(8);
    expect(detail.progress).toEqual({ live: false, fraction: 1, eta: null });
    expect(detail.cells.map(({ cell, n, name }) => [...Object.values(cell), n, name])).toEqual(
      [
        [0.5, 1],
        [0.5, 2],
        [1, 1],
        [1, 2],
      ].map(([alpha, epochs]) => [
        alpha,
        epochs,
        2,
        `tiny: tags.correlation=${alpha}, training.stage2.epochs=${epochs}`,
      ]),
    );
    for (const { experiment, effects } of detail.cells)
      expect((await call('analysis.effects', { experiment })).effects.effects).toEqual(effects);
    expect(opened.of('task').some(({ task }) => task === 'sweep')).toBe(true);
  });

  it('takes the first seed of every combination before the second', () => {
    const started = [...new Set(opened.of('run').map(({ id }) => id))];
    const seeds = started.map((id) => detail.runs.find((run) => run.id === id)!.seed);
    expect(seeds).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('gives the numbers, figure and table that the command line gives', async () => {
    const shown = JSON.parse((await credence(['show', 's1', '--json'], opened.home)).stdout) as SweepDetail;
    expect(EFFECTS_OF(detail)).toEqual(EFFECTS_OF(shown));
    const csv = await call('export.sweepCsv', { sweep: 1 });
    expect(csv.file_name).toBe('tiny.csv');
    expect(csv.text.trimEnd().split('\n')).toHaveLength(9);
    const asked = { show: 'sweep' as const, sweep: 1, effects: ['iml'], format: 'svg' as const };
    const figure = Buffer.from((await call('export.paperFigure', asked)).base64, 'base64').toString();
    expect(figure).toMatch(/^<svg[\s\S]*>IML\u00a0effect<[\s\S]*Epochs,\u00a0stage\u00a02:\u00a01/);
    expect(figure).not.toContain('>Stage-1\u00a0effect<');
    await expect(call('export.paperFigure', { ...asked, effects: ['d1consis-d3consis'] })).rejects.toThrow(
      'effects: "d1consis-d3consis" is not drawn against swept values; give iml, stage1',
    );
  });

  it('is exported as YAML that the command line runs to the same numbers', async () => {
    const { text } = await call('export.sweepYaml', { sweep: 1 });
    expect(text).toContain('tags.correlation: [ 0.5, 1 ]');
    const home = temporaryFolder();
    const run = await credence(['sweep', writeIn(home, 'again.yaml', text), '--json'], home);
    expect(run.code, run.stderr).toBe(0);
    expect(EFFECTS_OF(JSON.parse(run.stdout) as SweepDetail)).toEqual(EFFECTS_OF(detail));
    expect(await call('sweeps.design', { id: 1 })).toMatchObject({
      name: 'tiny',
      sweep: { mode: 'grid', over: { 'tags.correlation': [0.5, 1] } },
    });
  }, 180_000);

  it('is renamed with its experiments, archived, deleted and brought back', async () => {
    await call('experiments.rename', { id: 2, name: 'my own name' });
    await call('sweeps.rename', { id: 1, name: 'alpha' });
    const listed = await call('experiments.list', {});
    const names = listed.map(({ name }) => name).reverse();
    // A sweep is one row, whole.
    expect((await call('experiments.newest', { rows: 1 })).items).toEqual(listed);
    expect(names.slice(0, 2)).toEqual([
      'alpha: tags.correlation=0.5, training.stage2.epochs=1',
      'my own name',
    ]);
    expect(await call('sweeps.archive', { id: 1, archived: true })).toEqual([1, 2, 3, 4]);
    expect(await call('experiments.list', {})).toEqual([]);
    expect(await call('sweeps.list', {})).toMatchObject([{ name: 'alpha', archived: true }]);
    await call('sweeps.archive', { id: 1, archived: false });
    const deleted = await call('sweeps.delete', { id: 1 });
    expect(await call('sweeps.list', {})).toEqual([]);
    expect((await failure(call('sweeps.get', { id: 1 }))).code).toBe('history.no-sweep');
    await call('experiments.restore', { ids: deleted });
    expect(await call('sweeps.list', {})).toMatchObject([
      { name: 'alpha', experiments: [1, 2, 3, 4], states: { done: 8 } },
    ]);
  });

  it('has nothing to resume once all is done', async () => {
    expect(await failure(call('sweeps.resume', { id: 1 }))).toMatchObject({ code: 'resume.nothing' });
  });
});

describe('a sweep under way', () => {
  it('is not deleted in part, stops, and goes on', async () => {
    const opened = openService();
    const { call } = opened.api;
    await call('runs.setQueue', { slots: 1 });
    await call('sweeps.create', {
      config: long({ seeds: 1, sweep: { over: { 'tags.correlation': [0.5, 1] } } }),
    });
    await until(() => opened.of('progress').length > 0, 'training');
    expect((await failure(call('sweeps.delete', { id: 1 }))).code).toBe('history.experiment-busy');
    expect(await call('experiments.list', {})).toHaveLength(2);
    await call('sweeps.stop', { id: 1 });
    await opened.idle();
    expect((await call('sweeps.get', { id: 1 })).states.cancelled).toBe(2);
    expect(await call('sweeps.resume', { id: 1 })).toEqual({ runs: 2 });
    expect((await call('sweeps.get', { id: 1 })).progress.live).toBe(true);
    await call('sweeps.stop', { id: 1 });
    await opened.idle();
    await opened.api.close();
  });

  it('is seen by the command line’s history and the other way round', async () => {
    const home = temporaryFolder();
    const file = writeIn(home, 'tiny.yaml', TINY);
    const args = ['sweep', file, '--over', 'tags.correlation=0.5..1 step 0.5', '--seeds', '1', '--json'];
    const run = await credence(args, home);
    expect(run.code, run.stderr).toBe(0);
    const opened = openService(home);
    expect(EFFECTS_OF(await opened.api.call('sweeps.get', { id: 1 }))).toEqual(
      EFFECTS_OF(JSON.parse(run.stdout) as SweepDetail),
    );
    await opened.api.close();
  });
});

describe('a design that is swept', () => {
  let opened: Opened;
  const call: Opened['api']['call'] = (method, args) => opened.api.call(method, args);
  beforeAll(() => void (opened = openService()));
  afterAll(() => opened.api.close());

  it('is judged with all its combinations, each problem at its field', async () => {
    const judge = async (sweep: unknown, changes: object = {}) =>
      call('design.resolve', { config: tiny({ ...changes, sweep }) });
    const good = await judge(SWEEP);
    expect(good.problems).toEqual([]);
    expect(good.sweep).toMatchObject({ runs: 8, spec: { mode: 'grid' } });
    expect(good.sweep!.cells).toHaveLength(4);
    const fieldsOf = async (sweep: unknown, changes?: object) =>
      (await judge(sweep, changes)).problems.map(({ field }) => field);
    expect(await fieldsOf({ over: { 'tags.correlation': '0.5, 2' } })).toEqual([
      'sweep.over.tags.correlation',
    ]);
    expect(await fieldsOf({ over: { 'tags.corelation': '1' } })).toEqual(['sweep.over.tags.corelation']);
    expect(await fieldsOf({ over: { 'tags.correlation': '' } })).toEqual(['sweep.over.tags.correlation']);
    expect(
      await fieldsOf({ mode: 'paired', over: { 'tags.correlation': '1', 'tags.order': 'tve,vte' } }),
    ).toEqual(['sweep.over.tags.order']);
    const { problems } = await judge({ over: { 'model.n_heads': '2, 3' } });
    expect(problems[0].message).toMatch(/\(in the combination model\.n_heads=3\)$/);
    const twice = await judge({
      mode: 'paired',
      over: { 'training.stage1.lr': '0.001, -1', 'training.stage1.epochs': '1, -1' },
    });
    expect(
      twice.problems.map(({ message }) => message.match(/ \((in the combination|there too)/)?.[1]),
    ).toEqual(['in the combination', 'there too']);
    expect(await fieldsOf(SWEEP, { tags: { order: 'xyz' } })).toEqual(['tags.order']);
    expect((await judge(null)).sweep).toBeNull();
  });

  it('is estimated over all runs', async () => {
    const one = await call('design.preview', { config: tiny() });
    const all = await call('sweeps.estimate', { config: tiny({ sweep: SWEEP }) });
    expect(all.planned).toBe(4);
    expect(all.seconds).toBeGreaterThan(one.estimate.seconds_per_seed);
    expect((await failure(call('sweeps.estimate', { config: tiny() }))).code).toBe('sweep.missing');
  });

  it('is kept as a draft, exported and read again, and saved as a preset', async () => {
    const config = tiny({ sweep: SWEEP });
    await call('design.saveDraft', { config });
    expect((await call('design.draft', {}))?.config.sweep).toEqual(SWEEP);
    const { yaml } = await call('design.export', { config });
    const read = await call('design.import', { yaml });
    expect(read.sweep?.spec?.over).toEqual({
      'tags.correlation': [0.5, 1],
      'training.stage2.epochs': [1, 2],
    });
    await call('design.savePreset', { name: 'swept', config });
    expect((await call('design.preset', { name: 'swept' })).sweep?.over['tags.correlation']).toEqual([
      0.5, 1,
    ]);
  });

  it('saves nothing where one combination cannot be', async () => {
    const config = tiny({ sweep: { over: { 'dataset.n_entities': [120, 4] } } });
    const { message } = await failure(call('sweeps.create', { config }));
    expect(message).toMatch(/in the combination dataset\.n_entities=4|dataset/);
    expect(await call('sweeps.list', {})).toEqual([]);
    expect(await call('experiments.list', {})).toEqual([]);
  });
});
