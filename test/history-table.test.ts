/** The table of experiments and runs: the numbers that the history has, and `credence table`. */
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'csv-parse/sync';
import { effectsOfExperiment } from '#main/experiments/experiment.ts';
import { openHistory } from '#main/history/history.ts';
import { columnNamed } from '#shared/table/columns.ts';
import type { RowKind } from '#shared/table/rows.ts';
import { parseFilter } from '#shared/table/filter-text.ts';
import { readAhead } from '#main/table/read-ahead.ts';
import { createTable } from '#main/table/table.ts';
import { writeHistory } from '../bench/app/history.ts';
import { credenceHere } from './credence-here.ts';
import { temporaryFolder } from './credence.ts';
import { inHistory } from './in-history.ts';
import { failure, openService } from './service.ts';
import { trainHere } from './train-here.ts';

const home = temporaryFolder();

beforeAll(() => {
  writeHistory(home, { experiments: 8, seeds: 2, evaluations: 6 });
  const history = openHistory(path.join(home, 'history.sqlite'));
  history.addLabel(2, 'paper');
  history.addLabel(3, 'paper');
  history.addLabel(3, '/pocket/first');
  history.addNote(4, 'Looks at Semin');
  history.renameExperiment(5, '=1+1 & 100% of_it | all');
  history.archiveExperiment(8);
  history.close();
});

function found(where: string, kind: RowKind = 'experiments', archived = false) {
  return inHistory(home, (history) => {
    const headlines = (list: readonly { id: number }[]) =>
      list.map(({ id }) => ({ n: 2, ...effectsOfExperiment(history, id).effects }));
    const table = createTable(history, headlines);
    const rows = table.rows({ rows: kind, filter: parseFilter(where), archived });
    return rows.map(({ experiment, run }) => run?.id ?? experiment.id);
  });
}

describe('the table', () => {
  it.each<[string, number[]]>([
    ['', [7, 6, 5, 4, 3, 2, 1]],
    ['alpha < 0.8 and label:paper', [3]],
    ['α=1', [5, 1]],
    ['not label:paper and correlation >= 90%', [6, 5, 1]],
    ['#2 or #99', [2]],
    ['semin', [4]],
    ['folder:pocket', [3]],
    ['labels = none or labels:pap', [3, 2]],
    ['name = "sweep 6" or "100% of"', [6, 5]],
    ['incontext', []],
    ['tve world', [7, 6, 5, 4, 3, 2, 1]],
    ['d_model', []],
    ['archived = true', []],
    ['state:done weight_decay > 0.35', [5]],
  ])('lets %s through', (where, ids) => {
    expect(found(where)).toEqual(ids);
  });

  it('looks at runs, and at the archive where it is asked to', () => {
    expect(found('seed = 1 and #3', 'runs')).toEqual([6]);
    expect(found('archived = true', 'experiments', true)).toEqual([8]);
  });

  it.each([
    ['alpha < many', /alpha holds numbers/],
    ['bs > 3', /may be training\.stage1\.batch_size or/],
    ['grade > 3', /column "grade" is unknown/],
  ])('refuses %s', (where, message) => {
    expect(() => found(where)).toThrow(message);
  });

  it('has the numbers of the evaluations: last, largest and mean, of runs and over finished runs', () => {
    inHistory(home, (history) => {
      const table = createTable(history, () => []);
      const runs = table.rows({ rows: 'runs', filter: null, archived: false });
      const experiments = table.rows({ rows: 'experiments', filter: null, archived: false });
      const mean = (all: number[]) => all.reduce((sum, one) => sum + one, 0) / all.length;
      const valuesOf = (experiment: number, run: number, metric: 'exact_match' | 'loss') =>
        history
          .evaluationsOf(experiment)
          .find((each) => each.run.id === run)!
          .evaluations.map(({ metrics }) => metrics.find((one) => one.subset === 'd2consis')![metric]!);
      const picks = { last: (all: number[]) => all.at(-1)!, max: (all: number[]) => Math.max(...all), mean };
      for (const [pick, of] of Object.entries(picks))
        for (const metric of ['exact_match', 'loss'] as const) {
          const column = columnNamed(`${pick}(d2consis.${metric})`);
          const expected = runs.map(({ run }) => of(valuesOf(run!.experiment, run!.id, metric)));
          table.cells(column, runs).forEach((cell, i) => expect(cell).toBeCloseTo(expected[i]!, 12));
          const means = experiments.map(({ experiment }) =>
            mean(expected.filter((_, i) => runs[i]!.run!.experiment === experiment.id)),
          );
          table.cells(column, experiments).forEach((cell, i) => expect(cell).toBeCloseTo(means[i]!, 12));
        }
    });
  });

  it('follows the numbers of a run that is under way to its last one', () => {
    inHistory(home, (history) => {
      const { experiment, runs } = history.createExperiment({
        config: { ...history.getExperiment(1).config, name: 'under way' },
        version: '0',
      });
      const run = runs[0]!.id;
      const table = createTable(history, () => []);
      const told = () => {
        const rows = table.rows({ rows: 'runs', filter: parseFilter('"under way"'), archived: false });
        const at = rows.findIndex((row) => row.run!.id === run);
        return ['d2consis.exact_match', 'd2consis-d1consis'].map(
          (name) => table.cells(columnNamed(name), rows)[at],
        );
      };
      const evaluate = (epoch: number, exact_match: number) =>
        history.recordEvaluation({
          run,
          stage: 'stage1',
          epoch,
          step: epoch,
          metrics: [
            { subset: 'd1consis', test: 'questions', exact_match: 1, count: 4 },
            { subset: 'd2consis', test: 'questions', exact_match, count: 4 },
          ],
        });
      history.markRunning(run, { engine: 'onnx', device: 'cpu' });
      evaluate(1, 0.25);
      expect(told()).toEqual([0.25, null]);
      evaluate(2, 0.75);
      history.markDone(run, 1);
      expect(told()).toEqual([0.75, -0.25]);
      const read = vi.spyOn(history, 'evaluationsOf');
      expect(told()).toEqual([0.75, -0.25]);
      expect(read).not.toHaveBeenCalled();
      history.markCancelled(runs[1]!.id);
      history.trashExperiment(experiment.id);
    });
  });

  it('has read the numbers of its usual columns ahead', () => {
    inHistory(home, (history) => {
      const table = createTable(history, () => []);
      expect([...readAhead(table)].length).toBeGreaterThan(0);
      const read = [vi.spyOn(history, 'metricOfRuns'), vi.spyOn(history, 'evaluationsOf')];
      const filter = parseFilter('d1consis > 0 and iml != none and stage1_effect != none');
      expect(table.rows({ rows: 'runs', filter, archived: false })).toHaveLength(14);
      for (const each of read) expect(each).not.toHaveBeenCalled();
    });
  });

  it('takes a field that a config was saved without by its default', () => {
    inHistory(home, (history) => {
      const table = createTable(history, () => []);
      const [row] = table.rows({ rows: 'experiments', filter: null, archived: false });
      expect(table.cells(columnNamed('precision'), [row!])).toEqual(['float32']);
      expect(history.fieldValues(['nonsense'])[0]!.get(row!.experiment.id)).toBeUndefined();
    });
  });
});

describe('credence table', () => {
  const said = async (...args: string[]) => (await credenceHere(['table', ...args], home)).stdout;

  it('writes CSV with every digit, safe from formulas', async () => {
    const text = await said('--columns', 'id,name,alpha,d1consis', '--sort=-d1consis', '--format', 'csv');
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(7);
    const values = rows.map((row) => Number(row['d1consis']));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(rows.find(({ id }) => id === '5')!['name']).toBe("'=1+1 & 100% of_it | all");
  });

  it('writes Markdown, LaTeX and JSON', async () => {
    const some = ['--columns', 'name,alpha,seconds', '--where', '#5'];
    expect(await said(...some, '--format', 'md')).toContain(String.raw`| =1+1 & 100% of\_it \| all |`);
    expect(await said(...some, '--format', 'latex')).toContain(
      String.raw`  =1+1 \& 100\% of\_it \textbar{} all & 1 & `,
    );
    expect(JSON.parse(await said(...some, '--json'))).toEqual([
      { name: '=1+1 & 100% of_it | all', 'tags.correlation': 1, seconds: expect.any(Number) as number },
    ]);
  });

  it('prints for people, runs too, and says how many there are', async () => {
    const text = await said('--rows', 'runs', '--columns', 'run,seed,max(d1consis)', '--limit', '3');
    expect(text).toMatch(/^Run +Seed +max\(d1consis\)\n +14 +1 +\d\d\.\d/);
    expect(text).toMatch(/3 of 14 rows\n$/);
  });

  it.each([
    [['--columns', 'alfa'], /column "alfa" is unknown; did you mean alpha/],
    [['--columns', 'seed'], /column "seed" is known of runs only, not of experiments/],
    [['--where', 'alpha <'], /ends where more is needed/],
    [['--sort', 'grade'], /"grade" is unknown/],
    [['--rows', 'seeds'], /--rows: "seeds" is neither of experiments and runs/],
    [['--limit', '0'], /--limit: "0" is not a whole number from 1/],
  ])('refuses %s in one line', async (args, message) => {
    const { code, stdout, stderr } = await credenceHere(['table', ...args], home);
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr).toMatch(message);
  });
});

describe('the table in the app', () => {
  const look = { rows: 'experiments' as const, columns: ['id', 'alpha', 'd1consis'], where: 'alpha < 1' };

  it('tells stretches of rows, groups, ways to go on, and keeps views', async () => {
    const { api } = openService(home, trainHere);
    const rows = await api.call('table.rows', { look: { ...look, sort: '-alpha' }, from: 1, count: 2 });
    expect(rows).toMatchObject({ total: 5, experiments: [6, 2, 7, 3, 4], from: 1 });
    expect(rows.lines.map(({ experiment, cells }) => [experiment, cells[1]])).toEqual([
      [2, '0.9'],
      [7, '0.75'],
    ]);
    const texts = await api.call('table.texts', { look: { ...look, sort: '-alpha' } });
    expect(texts.head).toHaveLength(3);
    expect(texts.rows.slice(1, 3)).toEqual(rows.lines.map(({ cells }) => cells));
    expect(texts.rows).toHaveLength(5);
    const { groups, metric } = await api.call('table.groups', { look, by: 'alpha', of: 'd1consis' });
    expect(metric).toBe('exact_match');
    expect(groups.map(({ label, n }) => [label, n])).toEqual([
      ...[['0.5', 1], ['0.75', 2], ['0.9', 2]], // prettier-ignore
    ]);
    expect((await failure(api.call('table.groups', { look, by: 'alpha', of: 'name' }))).code).toBe(
      'table.group',
    );

    const goOn = async (text: string) =>
      (await api.call('table.complete', { text, at: text.length })).map((each) => each.text.trim());
    expect((await goOn('alp'))[0]).toBe('tags.correlation');
    expect(await goOn('alpha < 1 an')).toContain('and');
    expect(await goOn('label:pa')).toEqual(['paper']);
    expect(await goOn('alpha = 0.')).toEqual(['0.5', '0.75', '0.9']);

    await api.call('table.saveView', { name: 'below one', look });
    await api.call('table.saveView', { name: 'all', look: {} });
    const wrong = { name: 'wrong', look: { where: '(' } };
    expect((await failure(api.call('table.saveView', wrong))).code).toBe('table.filter');
    await api.call('table.removeView', { name: 'all' });
    await api.close();
    const again = openService(home, trainHere);
    expect(await again.api.call('table.views', {})).toEqual([
      { name: 'below one', look: { ...look, sort: '', archived: false } },
    ]);
    await again.api.close();
  });

  it('puts an experiment into one folder at a time', async () => {
    const { api } = openService(home, trainHere);
    const labels = async () =>
      (await api.call('experiments.list', {}))
        .find(({ id }) => id === 3)!
        .labels.filter((each) => each[0] === '/');
    await api.call('experiments.label', { ids: [3], add: ['/other /  place/'] });
    expect(await labels()).toEqual(['/other/place']);
    expect(await api.call('table.find', { where: 'folder = other/place' })).toEqual([3]);
    await api.call('experiments.label', { ids: [3], add: ['/'] });
    expect(await labels()).toEqual([]);
    await api.close();
  });
});
