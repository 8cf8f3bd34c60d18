/** Experiments of a comparison by their values: grouped, with single runs, as points; baseline, contrasts, differences. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pairsBetween, subsetSeeds } from '#shared/stats/final-values.ts';
import { meanInterval } from '#shared/stats/interval.ts';
import { openHistory } from '#main/history/history.ts';
import { writeHistory } from '../bench/app/history.ts';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Arguments } from '#shared/contract.ts';
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
    expect(new Set(rows.map(({ side }) => side))).toEqual(new Set([1]));
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

  /** Two-sided 97.5 % quantile of Student's t on two degrees of freedom: SciPy's `t.ppf(0.975, 2)`. */
  const T_TWO = 4.30265272974946;

  /** Mean and interval over three numbers, by the formula alone. */
  function byHand(values: readonly number[]) {
    const mean = (values[0]! + values[1]! + values[2]!) / 3;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2;
    const half = T_TWO * Math.sqrt(variance / 3);
    return { mean, low: mean - half, high: mean + half };
  }

  /** What seeds 0 to 2 measured on a subset at the end, read from the exported evaluations. */
  async function seedsOf(experiment: number, subset: string): Promise<number[]> {
    const { text } = await call('export.csv', { experiments: [experiment] });
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    const last = rows.filter(
      (row) => row.subset === subset && row.test === 'questions' && row.stage === 'stage2',
    );
    return ['0', '1', '2'].map((seed) => {
      const of = last.filter((row) => row.seed === seed);
      const end = Math.max(...of.map(({ epoch }) => Number(epoch)));
      return Number(of.find(({ epoch }) => Number(epoch) === end)!.exact_match);
    });
  }
  const averaged = (a: readonly number[], b: readonly number[]) => a.map((value, i) => (value + b[i]!) / 2);

  it('groups are measured as one: effects, subsets and differences agree with numbers worked out by hand', async () => {
    const asked = { experiments: [4, 8, 1, 5], by: ['alpha'], effects: ['iml'] };
    const { grouped, comparisons, contrasts } = await call('analysis.compare', { ...asked, baseline: 5 });
    expect(
      grouped!.groups.map(({ label, experiments: of, effects }) => [label, of, effects.n, effects.runs]),
    ).toEqual([
      ['Truthfulness α 0.5', [4, 8], 3, 6],
      ['Truthfulness α 1', [1, 5], 3, 6],
    ]);
    // That of the experiment pinned.
    expect(grouped!.baseline).toBe(2);
    // Single experiments are told, too.
    expect(contrasts[0]!.effects).toHaveLength(4);

    const first = averaged(await seedsOf(4, 'd1consis'), await seedsOf(8, 'd1consis'));
    const second = averaged(await seedsOf(4, 'd2consis'), await seedsOf(8, 'd2consis'));
    const effects = first.map((value, i) => value - second[i]!);
    const expected = byHand(effects);
    const [low, high] = grouped!.effects[0]!;
    for (const end of ['mean', 'low', 'high'] as const) {
      expect(low![end]).toBeCloseTo(expected[end], 9);
      expect(grouped!.groups[0]!.effects.subsets.d1consis!.stage2![end]).toBeCloseTo(
        Math.min(1, Math.max(0, byHand(first)[end])),
        9,
      );
    }

    const base = averaged(await seedsOf(1, 'd1consis'), await seedsOf(5, 'd1consis'));
    const other = averaged(await seedsOf(1, 'd2consis'), await seedsOf(5, 'd2consis'));
    const against = byHand(effects.map((value, i) => value - (base[i]! - other[i]!)));
    expect(comparisons).toHaveLength(1);
    expect(comparisons[0]).toMatchObject({ first: 2, second: 1, paired: true });
    expect(comparisons[0]!.sentence).toMatch(
      /^IML effect, "Truthfulness α 0\.5" \(2 experiments\) against "Truthfulness α 1" \(2 experiments\): /,
    );
    for (const end of ['mean', 'low', 'high'] as const)
      expect(comparisons[0]!.difference[end]).toBeCloseTo(against[end], 9);
    expect(high!.mean - low!.mean).toBeCloseTo(-against.mean, 9);

    const rows = await call('analysis.differences', {
      experiments: [4, 8, 1, 5],
      by: ['alpha'],
      baseline: 5,
    });
    const subset = rows.find((row) => row.subset === 'd1consis' && row.at === 'stage2')!;
    const difference = byHand(first.map((value, i) => value - base[i]!));
    expect(subset).toMatchObject({ side: 1, paired: true, n: 3 });
    for (const end of ['mean', 'low', 'high'] as const) expect(subset[end]).toBeCloseTo(difference[end], 9);
  });

  it('the command line groups as the window does, and its tables and reports say so', async () => {
    const files = { report: path.join(opened.home, 'g.html'), csv: path.join(opened.home, 'g.csv') };
    const asked = ['compare', '4', '8', '1', '5', '--group', 'alpha', '--effects', 'iml', '--baseline', '5'];
    const { stdout, stderr, code } = await credence(
      [...asked, '--json', '--report', files.report, '--csv', files.csv],
      opened.home,
    );
    expect([code, stderr]).toEqual([0, `wrote ${files.report}\nwrote ${files.csv}\n`]);
    const told = JSON.parse(stdout) as {
      groups: { name: string; experiments: number[]; effects: { iml: { mean: number } } }[];
      experiments: { id: number; effects: { iml: { mean: number } } }[];
    };
    const { grouped, contrasts } = await call('analysis.compare', {
      ...{ experiments: [4, 8, 1, 5], by: ['alpha'], effects: ['iml'], baseline: 5 },
    });
    // The group of the baseline stands first.
    expect(told.groups.map(({ name, experiments: of, effects }) => [name, of, effects.iml.mean])).toEqual([
      ['Truthfulness α 1', [5, 1], grouped!.effects[0]![1]!.mean],
      ['Truthfulness α 0.5', [4, 8], grouped!.effects[0]![0]!.mean],
    ]);
    expect(told.experiments.find(({ id }) => id === 8)!.effects.iml.mean).toBe(
      contrasts[0]!.effects[1]!.mean,
    );

    const seeds = parse(readFileSync(files.csv, 'utf8'), { columns: true }) as Record<string, string>[];
    expect(seeds).toHaveLength(6);
    expect(seeds[3]).toMatchObject({
      group: 'Truthfulness α 0.5',
      experiments: '4 8',
      seed: '0',
      effect: 'iml',
    });
    const both = averaged(await seedsOf(4, 'd1consis'), await seedsOf(8, 'd1consis'));
    expect(Number(seeds[3]!.first)).toBeCloseTo(both[0]!, 9);

    const html = readFileSync(files.report, 'utf8');
    expect(html).toContain('<h1>Truthfulness α 0.5 against Truthfulness α 1</h1>');
    expect(html).toContain('</strong>: 2 experiments, 6 runs, n = 3 seeds');
    // The singles stand below their group, and the page can be trained again as it was asked.
    expect(html).toContain('<span class="member">sweep 8 (8)</span>');
    expect(html).toMatch(/class="asked">effects: iml\ngroup: alpha\n/);
    // They are open marks beside its mean, as in figures for paper: one each, and one in the legend.
    expect(html).toContain('Open marks: the mean of each experiment of a group');
    expect(html.match(/class="colour open"/g)).toHaveLength(8);
    const alone = await call('export.comparison', { experiments: [4, 8], format: 'html' });
    expect('text' in alone && alone.text).not.toContain('class="colour open"');

    const plain = await credence(asked, opened.home);
    expect(plain.stdout).toMatch(/experiments +5, 1 +4, 8 *\n/);
    expect(plain.stdout).toContain('a group has no config of its own');
    const wrong = await credence([...asked.slice(0, 5), '--group', 'alfa'], opened.home);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('column "alfa" is unknown')]);
    const many = await credence([...asked.slice(0, 5), '--group', 'alpha,name,task'], opened.home);
    expect([many.code, many.stderr]).toEqual([
      2,
      expect.stringContaining('names 3 columns; name one or two'),
    ]);
  });

  it('figures for paper follow the groups: curves and effects; others refuse them', async () => {
    const asked = { experiments: [4, 8, 1, 5], by: ['alpha'], format: 'csv' as const };
    const rowsOf = async (
      more: Partial<Arguments<'export.paperFigure'>> & { show: 'curves' | 'effects' },
    ) => {
      const { base64 } = await call('export.paperFigure', { ...asked, ...more });
      return parse(Buffer.from(base64, 'base64').toString(), { columns: true }) as Record<string, string>[];
    };
    const effects = await rowsOf({ show: 'effects', effects: ['iml'] });
    const { grouped } = await call('analysis.compare', { experiments: [4, 8, 1, 5], by: ['alpha'] });
    // Without a baseline, that of the first experiment comes first.
    expect(
      effects.filter(({ what }) => what === 'mean').map((row) => [row.series, Number(row.value)]),
    ).toEqual([
      ['Truthfulness α 0.5', grouped!.effects[0]![0]!.mean],
      ['Truthfulness α 1', grouped!.effects[0]![1]!.mean],
    ]);
    const curves = await rowsOf({ show: 'curves', tests: ['questions'], subsets: ['d1consis'] });
    const drawn = await call('analysis.groupedCurves', { experiments: [4, 8, 1, 5], by: ['alpha'] });
    const curve = drawn[0]!.table.curves.find(({ subset }) => subset === 'd1consis')!;
    const last = curves
      .filter(({ panel, what }) => panel!.startsWith('Truthfulness α 0.5') && what === 'mean')
      .at(-1)!;
    expect(Number(last.value)).toBeCloseTo(curve.mean.at(-1)!, 5);
    expect(Number(last.low)).toBeCloseTo(curve.low!.at(-1)!, 5);
    const svg = await call('export.paperFigure', { ...asked, show: 'effects', format: 'svg', width: 'page' });
    expect(Buffer.from(svg.base64, 'base64').toString()).toContain('2 experiments, 6 runs, n = 3 seeds');
    expect(await failure(call('export.paperFigure', { ...asked, show: 'probes' }))).toMatchObject({
      code: 'figure.nothing',
    });
  });

  it('scatter and parallel axes are figures for paper, with the numbers of the table, as on the command line', async () => {
    const columns = ['alpha', 'd1consis', 'name'];
    const points = await call('analysis.points', { experiments: [8, 2, 3, 1], rows: 'runs', columns });
    const bytesOf = async (more: Omit<Arguments<'export.paperFigure'>, 'experiments'>) =>
      Buffer.from(
        (await call('export.paperFigure', { experiments: [8, 2, 3, 1], rows: 'runs', ...more })).base64,
        'base64',
      );
    const read = (csv: Buffer) => parse(csv.toString(), { columns: true }) as Record<string, string>[];
    const scatter = read(await bytesOf({ show: 'scatter', columns: columns.slice(0, 2), format: 'csv' }));
    expect(scatter.map(({ series, x, value }) => [series, Number(x), Number(value)])).toEqual(
      points.rows.map(({ experiment, seed, cells }) => [
        `sweep ${experiment} (#${experiment}), seed ${seed}`,
        ...cells.slice(0, 2),
      ]),
    );
    const lines = read(await bytesOf({ show: 'parallel', columns, format: 'csv' }));
    expect(lines.map(({ what, value }) => [what, value])).toEqual(
      points.rows.flatMap(({ cells }) => [
        ['Truthfulness α', String(cells[0])],
        ['d1consis', String(cells[1])],
        ['Experiment', cells[2]],
      ]),
    );
    for (const format of ['svg', 'pdf'] as const) {
      const file = path.join(opened.home, `scatter.${format}`);
      const { code } = await credence(
        [
          ...['figure', '8', '2', '3', '1', '--show', 'scatter', '--columns', 'alpha,d1consis'],
          ...['--rows', 'runs', '--out', file],
        ],
        opened.home,
      );
      expect(code).toBe(0);
      const made = await bytesOf({ show: 'scatter', columns: columns.slice(0, 2), format });
      expect(made.equals(readFileSync(file))).toBe(true);
    }
    // Pale where it was not chosen, and the correlation is of what was, over experiments.
    const chosen = await call('export.paperFigure', {
      ...{ experiments: [1, 2, 3, 4, 5, 6], show: 'scatter', columns: ['alpha', 'd1consis'], format: 'svg' },
      ...{ brush: 'tags.correlation:0.7..1', width: 'page' },
    });
    const svg = Buffer.from(chosen.base64, 'base64').toString();
    expect(svg).toContain('over n = 5 experiments (1 not chosen below are left out)');
    expect(svg.match(/opacity="0\.2"/g)).toHaveLength(1);
    for (const [more, code] of [
      [{ show: 'scatter', columns: ['alpha'] }, 'figure.columns'],
      [{ show: 'parallel', columns: ['alpha'] }, 'figure.columns'],
      [{ show: 'scatter', columns: ['alpha', 'alfa'] }, 'table.column'],
      [{ show: 'scatter', columns: ['alpha', 'iml'], brush: 'alpha' }, 'figure.brush'],
    ] as const)
      expect(
        await failure(
          call('export.paperFigure', {
            experiments: [1, 2],
            format: 'csv',
            ...more,
            columns: [...more.columns],
          }),
        ),
      ).toMatchObject({ code });
  });
});
