/** Effects along a value, contrasts as columns, groups among points: against numbers worked out from the exported seeds. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Arguments } from '#shared/contract.ts';
import { writeHistory } from '../bench/app/history.ts';
import { credence, temporaryFolder } from './credence.ts';
import { failure, openService, type Opened } from './service.ts';

type Row = Record<string, string>;

/** 0.975 quantile of Student's t with 2 degrees of freedom (SciPy `t.ppf`). */
const T_OF_THREE = 4.302652729911275;
/** The first and the fifth have one alpha, and so on: 1, 0.9, 0.75, 0.5. */
const experiments = [1, 2, 3, 4, 5, 6, 7, 8];
const CONTRAST = 'd1consis-d3consis';

describe('relations between the experiments of a comparison', () => {
  let opened: Opened;
  const call: Opened['api']['call'] = (method, args) => opened.api.call(method, args);

  beforeAll(() => {
    const home = temporaryFolder();
    writeHistory(home, { experiments: 8, seeds: 3, evaluations: 9 });
    opened = openService(home);
  });
  afterAll(() => opened.api.close());

  /** What each seed of an experiment found, as it is exported. */
  async function seedsOf(effect: string, of = experiments): Promise<Map<string, number[]>> {
    const file = await call('export.comparison', {
      ...{ experiments: of, effects: [effect], format: 'csv', table: 'seeds' },
    });
    const rows = parse('text' in file ? file.text : '', { columns: true }) as Row[];
    const byExperiment = Map.groupBy(rows, ({ experiment }) => experiment!);
    return new Map([...byExperiment].map(([id, found]) => [id, found.map((row) => Number(row.difference))]));
  }

  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  /** Mean and half the interval over three seeds. */
  function over(values: number[]): [mean: number, half: number] {
    const centre = average(values);
    const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
    return [centre, T_OF_THREE * Math.sqrt(variance / values.length)];
  }

  it('a group is a mark with its interval over seeds, its experiments beside it', async () => {
    const asked = { experiments, by: ['alpha'], along: 'alpha', effects: ['iml', CONTRAST] };
    const { series, values, without, column } = await call('analysis.effectsAlong', asked);
    expect([column.id, values, without]).toEqual(['tags.correlation', [0.5, 0.75, 0.9, 1], []]);
    expect(series.map(({ title, label }) => [title, label])).toEqual([
      ['IML effect', ''],
      ['d1consis − d3consis at the end', ''],
    ]);
    for (const { effect, points } of series) {
      const seeds = await seedsOf(effect);
      expect(points.map((point) => point.experiments)).toEqual([
        [4, 8],
        [3, 7],
        [2, 6],
        [1, 5],
      ]);
      for (const point of points) {
        const [one, other] = point.experiments.map((id) => seeds.get(String(id))!);
        const [mean, half] = over(one!.map((value, i) => (value + other![i]!) / 2));
        expect(point.effect.mean).toBeCloseTo(mean, 10);
        expect(point.effect.high! - point.effect.mean).toBeCloseTo(half, 8);
        expect(point.singles!.map(({ mean: alone }) => alone)).toEqual(
          [one, other].map((of) => expect.closeTo(average(of!), 10) as number),
        );
      }
    }
    // As the forest plot of the groups has it.
    const { grouped } = await call('analysis.compare', {
      ...{ experiments, by: ['alpha'] },
      effects: ['iml'],
    });
    expect(series[0]!.points.map((point) => [point.effect.mean, point.effect.low])).toEqual(
      grouped!.effects[0]!.map((found) => [found!.mean, found!.low]),
    );
  });

  it('groups at several values are lines of their own; without groups every experiment is a point', async () => {
    const field = 'training.optimizer.weight_decay';
    const asked = { experiments: [1, 2, 5, 6], along: 'alpha', effects: ['iml'] };
    const lines = await call('analysis.effectsAlong', { ...asked, by: [field] });
    expect(lines.series.map(({ points }) => points.map((point) => point.experiments))).toHaveLength(
      new Set(
        (await call('analysis.points', { experiments: [1, 2, 5, 6], columns: [field] })).rows.map(
          ({ texts }) => texts[0],
        ),
      ).size,
    );
    for (const { label } of lines.series) expect(label).toMatch(/^Weight decay/);
    const alone = await call('analysis.effectsAlong', asked);
    expect(alone.series[0]!.points.map((point) => point.experiments)).toEqual([[2], [6], [1], [5]]);
    expect(await failure(call('analysis.effectsAlong', { ...asked, lines: 'alpha' }))).toMatchObject({
      code: 'compare.along',
    });
    expect(await failure(call('analysis.effectsAlong', { ...asked, along: 'alfa' }))).toMatchObject({
      code: 'table.column',
    });
  });

  it('a contrast is a column: of experiments the mean over seeds, of runs their own', async () => {
    const seeds = await seedsOf(CONTRAST, [2, 8]);
    const columns = [CONTRAST, 'stage1', 'D1CONSIS-D2CONSIS'];
    const { columns: heads, rows, ids } = await call('analysis.points', { experiments: [8, 2], columns });
    expect(ids).toEqual({ [CONTRAST]: CONTRAST, stage1: 'stage1_effect', 'D1CONSIS-D2CONSIS': 'iml' });
    expect(heads.map(({ id, label, metric, difference }) => [id, label, metric, difference])).toEqual([
      [CONTRAST, 'd1consis − d3consis at the end', 'exact_match', true],
      ['stage1_effect', 'Stage-1 effect', 'exact_match', true],
      ['iml', 'IML effect', 'exact_match', true],
    ]);
    expect(rows.map(({ cells }) => cells[0])).toEqual(
      ['8', '2'].map((id) => expect.closeTo(average(seeds.get(id)!), 10) as number),
    );
    const runs = await call('analysis.points', {
      experiments: [2],
      rows: 'runs',
      columns: ['seed', CONTRAST],
    });
    const bySeed = runs.rows.toSorted((a, b) => a.seed! - b.seed!);
    expect(bySeed.map(({ cells }) => cells[1])).toEqual(
      seeds.get('2')!.map((value) => expect.closeTo(value, 10) as number),
    );
  });

  it('the table has that column, too: sorted, filtered, and written in points', async () => {
    const { stdout } = await credence(
      ['table', '--columns', `id,${CONTRAST}`, '--sort', `-${CONTRAST}`, '--format', 'csv'],
      opened.home,
    );
    const rows = parse(stdout, { columns: true }) as Row[];
    const seeds = await seedsOf(CONTRAST);
    const expected = [...seeds].map(([id, of]) => [id, average(of)] as const).toSorted((a, b) => b[1] - a[1]);
    expect(rows.map((row) => row.id)).toEqual(expected.map(([id]) => id));
    expect(rows.map((row) => Number(row[CONTRAST]))).toEqual(
      expected.map(([, value]) => expect.closeTo(value, 10) as number),
    );
    const least = expected[3]![1];
    const filtered = await credence(
      ['table', '--columns', 'id', '--where', `${CONTRAST} >= ${least - 1e-9}`, '--format', 'csv'],
      opened.home,
    );
    expect(parse(filtered.stdout, { columns: true })).toHaveLength(4);
  });

  it('as figures for paper: along a column, and points in the colours of their groups', async () => {
    const rowsOf = async (more: Omit<Arguments<'export.paperFigure'>, 'format' | 'experiments'>) => {
      const { base64 } = await call('export.paperFigure', { experiments, format: 'csv', ...more });
      return parse(Buffer.from(base64, 'base64').toString(), { columns: true }) as Row[];
    };
    const asked = { by: ['alpha'], effects: [CONTRAST] };
    const { series } = await call('analysis.effectsAlong', { ...asked, experiments, along: 'alpha' });
    const drawn = await rowsOf({ ...asked, show: 'along', columns: ['alpha'] });
    expect(
      drawn.filter(({ what }) => what === 'mean').map(({ x, value, low }) => [x, value, low].map(Number)),
    ).toEqual(series[0]!.points.map(({ value, effect }) => [value, effect.mean, effect.low]));
    expect(drawn.filter(({ what }) => what!.startsWith('mean of ')).map(({ what }) => what)).toEqual(
      [4, 8, 3, 7, 2, 6, 1, 5].map((id) => `mean of sweep ${id} (#${id})`),
    );
    // Two at each value, none of them named in the figure: their numbers say whose they are.
    const single = await rowsOf({ effects: [CONTRAST], show: 'along', columns: ['alpha'] });
    expect(single.filter(({ what }) => what === 'mean').map(({ series: of }) => of)).toEqual(
      [4, 8, 3, 7, 2, 6, 1, 5].map((id) => `sweep ${id} (#${id})`),
    );
    const forest = await rowsOf({ ...asked, show: 'effects' });
    expect(forest.filter(({ what }) => what!.startsWith('mean of '))).toHaveLength(8);

    const file = path.join(temporaryFolder(), 'along.svg');
    const ids = experiments.map(String);
    const made = await credence(
      [
        'figure',
        ...ids,
        '--show',
        'along',
        '--columns',
        'alpha',
        '--group',
        'alpha',
        '--effects',
        CONTRAST,
        '--out',
        file,
      ],
      opened.home,
    );
    expect(made.stderr).toContain(`wrote ${file}`);
    const { base64 } = await call('export.paperFigure', {
      ...{ ...asked, experiments, show: 'along', columns: ['alpha'], format: 'svg' },
    });
    expect(readFileSync(file, 'utf8')).toBe(Buffer.from(base64, 'base64').toString());
    expect(readFileSync(file, 'utf8')).toContain('Open marks: the mean of each experiment of a group');

    const scatter = await call('export.paperFigure', {
      ...{ experiments, by: ['alpha'], show: 'scatter', columns: ['seconds', CONTRAST], format: 'svg' },
    });
    const svg = Buffer.from(scatter.base64, 'base64').toString().replaceAll('\u00a0', ' ');
    for (const alpha of ['0.5', '0.75', '0.9', '1']) expect(svg).toContain(`Truthfulness α ${alpha}<`);
    expect(await failure(rowsOf({ show: 'along', columns: [] }))).toMatchObject({ code: 'figure.columns' });
  });
});
