/** Experiments of a comparison by their values: grouped, with single runs, as points; baseline, contrasts, differences. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pairsBetween, subsetSeeds } from '#shared/stats/effects.ts';
import { meanInterval } from '#shared/stats/interval.ts';
import { openHistory } from '#main/history/history.ts';
import { writeHistory } from '../bench/app/history.ts';
import path from 'node:path';
import type { EffectComparison } from '#shared/stats/compare.ts';
import { credence, temporaryFolder } from './credence.ts';
import { failure, openService, type Opened } from './service.ts';

/** The first and the fifth have one alpha, and so on: 1, 0.9, 0.75, 0.5. */
const SIZE = { experiments: 8, seeds: 3, evaluations: 9 };
const experiments = [1, 2, 3, 4, 5, 6, 7, 8];

describe('experiments compared by their values', () => {
  let opened: Opened;
  const call: Opened['api']['call'] = (method, args) => opened.api.call(method, args);

  beforeAll(() => {
    const home = temporaryFolder();
    writeHistory(home, SIZE);
    opened = openService(home);
  });
  afterAll(() => opened.api.close());

  it('those that share a value are one curve, over seeds, each of which counts once', async () => {
    const groups = await call('analysis.groupedCurves', { experiments, by: ['alpha'] });
    expect(groups.map(({ label, experiments: of }) => [label, of])).toEqual([
      ['Truthfulness α 0.5', [4, 8]],
      ['Truthfulness α 0.75', [3, 7]],
      ['Truthfulness α 0.9', [2, 6]],
      ['Truthfulness α 1', [1, 5]],
    ]);
    for (const { n, runs } of groups) expect([n, runs]).toEqual([3, 6]);

    // The mean of the last epoch, worked out by hand from the curves of single runs.
    const asked = { experiments: [4, 8], subsets: ['d1consis' as const] };
    const traces = await call('analysis.comparedTraces', { ...asked, by: ['alpha'] });
    expect(traces).toHaveLength(6);
    const bySeed = [...Map.groupBy(traces, ({ seed }) => seed).values()];
    const means = bySeed.map((of) => of.reduce((sum, { values }) => sum + values.at(-1)!, 0) / of.length);
    const curve = groups[0]!.table.curves.find(({ subset }) => subset === 'd1consis')!;
    const expected = meanInterval(means, [0, 1])!;
    expect(curve.mean.at(-1)).toBeCloseTo(expected.mean, 5);
    expect(curve.low!.at(-1)).toBeCloseTo(expected.low!, 5);
    expect(curve.high!.at(-1)).toBeCloseTo(expected.high!, 5);
  });

  it('two columns make groups of both', async () => {
    const groups = await call('analysis.groupedCurves', {
      ...{ experiments, by: ['alpha', 'training.optimizer.weight_decay'] },
    });
    expect(groups).toHaveLength(8);
    expect(groups[0]!.label).toMatch(/^Truthfulness α 0\.5, Weight decay, /);
  });

  it('points carry the values as they are, of experiments and of runs', async () => {
    const columns = ['alpha', 'd1consis', 'name'];
    const { columns: heads, rows } = await call('analysis.points', { experiments: [8, 2], columns });
    expect(heads.map(({ id, metric }) => [id, metric])).toEqual([
      ['tags.correlation', null],
      ['d1consis', 'exact_match'],
      ['name', null],
    ]);
    expect(rows.map(({ experiment, cells }) => [experiment, cells[0], cells[2]])).toEqual([
      [8, 0.5, 'sweep 8'],
      [2, 0.9, 'sweep 2'],
    ]);
    const runs = await call('analysis.points', { experiments: [8, 2], rows: 'runs', columns });
    expect(runs.rows).toHaveLength(6);
    expect(new Set(runs.rows.map(({ seed }) => seed))).toEqual(new Set([0, 1, 2]));
  });

  it('the baseline may be any of them; another is refused, an unknown column and effect too', async () => {
    const asked = { experiments: [1, 2, 3] };
    const { comparisons, baseline } = await call('analysis.compare', { ...asked, baseline: 2 });
    expect(baseline).toBe(2);
    expect(comparisons.map(({ first, second }) => [first, second])).toEqual([
      ...[
        [2, 1],
        [2, 1],
      ],
      ...[
        [2, 3],
        [2, 3],
      ],
    ]);
    expect((await call('analysis.compare', asked)).baseline).toBe(1);
    expect(await failure(call('analysis.compare', { ...asked, baseline: 8 }))).toMatchObject({
      code: 'compare.baseline',
      message: 'baseline 8 is none of the experiments compared; name one of 1, 2, 3',
    });
    expect(await failure(call('analysis.groupedCurves', { ...asked, by: ['alfa'] }))).toMatchObject({
      code: 'table.column',
    });
    expect(await failure(call('analysis.compare', { ...asked, effects: ['foo'] }))).toMatchObject({
      code: 'compare.effect',
    });
  });

  it('any two subsets can be contrasted, in the comparison as in its exports', async () => {
    const asked = { experiments: [1, 2], baseline: 2, effects: ['iml', 'd1consis-q@stage1'] };
    const { contrasts, comparisons } = await call('analysis.compare', asked);
    expect(contrasts.map(({ title }) => title)).toEqual(['IML effect', 'd1consis − q after stage 1']);
    const history = openHistory(path.join(opened.home, 'history.sqlite'));
    const pairs = pairsBetween(
      history.evaluationsOf(1),
      { first: 'd1consis', second: 'q', at: 'stage1' },
      'exact_match',
    );
    history.close();
    expect(contrasts[1]!.effects[0]!.per_seed.map(({ difference }) => difference)).toEqual(
      pairs.map(({ a, b }) => expect.closeTo(a - b, 12) as number),
    );
    const file = await call('export.comparison', { ...asked, format: 'csv', table: 'comparisons' });
    const lines = 'text' in file ? file.text.trim().split('\n') : [];
    expect(lines.map((line) => line.split(',').slice(0, 2))).toEqual([
      ['effect', 'first'],
      ...comparisons.map(({ effect, first }) => [effect, String(first)]),
    ]);
    const report = await call('export.comparison', { ...asked, format: 'html' });
    expect('text' in report && report.text).toContain('sweep 1 against sweep 2');
  });

  it('the command line takes the same baseline and effects', async () => {
    const asked = ['compare', '1', '2', '--baseline', '2', '--effects', 'iml,d1consis-q@stage1', '--json'];
    const { stdout } = await credence(asked, opened.home);
    const told = JSON.parse(stdout) as { baseline: number; comparisons: EffectComparison[] };
    const { comparisons } = await call('analysis.compare', {
      ...{ experiments: [1, 2], baseline: 2, effects: ['iml', 'd1consis-q@stage1'] },
    });
    expect(told.baseline).toBe(2);
    expect(told.comparisons).toEqual(JSON.parse(JSON.stringify(comparisons)));
    const wrong = await credence(['compare', '1', '2', '--baseline', '7'], opened.home);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('baseline 7 is none of the experiments compared; name one of 1, 2');
  });

  it('differences are to the baseline, paired by seed', async () => {
    const asked = { experiments: [1, 2], baseline: 2 };
    const rows = await call('analysis.differences', asked);
    expect(new Set(rows.map(({ experiment }) => experiment))).toEqual(new Set([1]));
    const history = openHistory(path.join(opened.home, 'history.sqlite'));
    const seedsOf = (id: number) =>
      subsetSeeds(history.evaluationsOf(id), { test: 'questions', metric: 'exact_match' }).find(
        ({ subset, at }) => subset === 'd1consis' && at === 'stage2',
      )!.per_seed;
    const [one, two] = [seedsOf(1), seedsOf(2)];
    history.close();
    const expected = meanInterval(one.map(({ value }, i) => value - two[i]!.value))!;
    const found = rows.find(({ subset, at }) => subset === 'd1consis' && at === 'stage2')!;
    expect(found).toMatchObject({ paired: true, n: 3 });
    for (const end of ['mean', 'low', 'high'] as const) expect(found[end]).toBeCloseTo(expected[end]!, 10);
  });
});
