/** Analyses of groups of experiments: against means and intervals worked out by hand from what each seed gave. */
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analysisParamsSchema, type AnalysisParams, type AnalysisResult } from '#shared/analysis.ts';
import { compareInside, type InsideComparison } from '#shared/stats/inside-compare.ts';
import type { EntropySummary, MovesSummary } from '#shared/stats/inside.ts';
import { writeHistory } from '../bench/app/history.ts';
import { temporaryFolder } from './credence.ts';
import { inHistory } from './in-history.ts';
import { failure, openService, type Opened } from './service.ts';

/** 0.975 quantile of Student's t with 2 degrees of freedom (SciPy `t.ppf`). */
const T_OF_THREE = 4.302652729911275;
/** The first and the fifth have one alpha, and so on: 1, 0.9, 0.75, 0.5. */
const experiments = [1, 2, 3, 4, 5, 6, 7, 8];

/** How sure a seed of an experiment is, in nats; below what an entropy has as its limit nothing lies. */
const nats = (experiment: number, seed: number) =>
  1 + experiment / 10 + ((3 * experiment + 5 * seed) % 7) / 20;
const shareOf = (experiment: number, seed: number) => 0.2 + experiment / 100 + seed / 50;

function entropy(experiment: number, seed: number): AnalysisResult {
  const value = nats(experiment, seed);
  const subsets = { d1consis: [value - 0.1, value + 0.1], d2consis: [value + 0.5] };
  return { kind: 'entropy', at: { stage: 'stage2', epoch: 3 }, test: 'association', subsets };
}

/** @param parts names of what moved */
function moves(experiment: number, seed: number, parts = ['embedding', 'block 1']): AnalysisResult {
  const move = { norm: 1, share: shareOf(experiment, seed), cosine: null };
  return {
    kind: 'moves',
    stages: ['stage2'],
    parts: parts.map((name) => ({ name, moves: [move] })),
    lens: [],
  };
}

interface Exported {
  compared: InsideComparison;
  groups: { name: string; experiments: number[] }[];
  left_out: string[];
}

describe('analyses of groups', () => {
  let opened: Opened;
  const call: Opened['api']['call'] = (method, args) => opened.api.call(method, args);

  beforeAll(() => {
    const home = temporaryFolder();
    writeHistory(home, { experiments: 8, seeds: 3, evaluations: 3 });
    inHistory(home, (history) => {
      const put = (
        experiment: number,
        asked: object,
        found: (experiment: number, seed: number) => AnalysisResult,
      ) => {
        const params = analysisParamsSchema.parse(asked) as AnalysisParams;
        const runs = history.runsOf(experiment);
        const wanted = runs.map(({ id: run }) => ({ run, weights: '' }));
        const { id } = history.queueAnalysis(experiment, params, wanted);
        for (const { id: run, seed } of runs) history.markPartDone(id, run, found(experiment, seed), 1);
      };
      for (const id of experiments) put(id, { kind: 'entropy' }, entropy);
      for (const id of [1, 5, 2]) put(id, { kind: 'moves' }, moves);
      // One of another depth, of the group of the second, and one asked otherwise.
      put(6, { kind: 'moves' }, (experiment, seed) =>
        moves(experiment, seed, ['embedding', 'block 1', 'block 2']),
      );
      put(3, { kind: 'moves', most: 7 }, moves);
    });
    opened = openService(home);
  });
  afterAll(() => opened.api.close());

  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  function over(values: number[]): { mean: unknown; low: unknown; high: unknown; n: number } {
    const centre = average(values);
    const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
    const half = T_OF_THREE * Math.sqrt(variance / values.length);
    const close = (value: number) => expect.closeTo(value, 9) as number;
    return { mean: close(centre), low: close(centre - half), high: close(centre + half), n: values.length };
  }
  const seeds = [0, 1, 2];
  const beside = async (kind: string, by: string[], of = experiments) =>
    (await call('analyses.beside', { experiments: of, by })).find((found) => found.kind === kind)!;

  it('are over seeds, the experiments of a group averaged first', async () => {
    const { rows, left } = await beside('entropy', ['alpha']);
    expect(left).toEqual([]);
    expect(rows.map(({ name, experiments: of }) => [name, of])).toEqual([
      ['Truthfulness α 0.5', [4, 8]],
      ['Truthfulness α 0.75', [3, 7]],
      ['Truthfulness α 0.9', [2, 6]],
      ['Truthfulness α 1', [1, 5]],
    ]);
    for (const { experiments: of, summary } of rows) {
      const [first, second] = (summary as EntropySummary).subsets;
      expect(first).toMatchObject({
        ...{ subset: 'd1consis', answers: 12 },
        mean: over(seeds.map((seed) => average(of.map((id) => nats(id, seed))))),
      });
      expect(second!.mean).toMatchObject(
        over(seeds.map((seed) => average(of.map((id) => nats(id, seed) + 0.5)))),
      );
    }
  });

  it('are of each experiment where nothing groups them', async () => {
    const { rows } = await beside('entropy', [], [2, 7]);
    expect(rows.map(({ experiments: of }) => of)).toEqual([[2], [7]]);
    expect((rows[1]!.summary as EntropySummary).subsets[0]!.mean).toMatchObject(
      over(seeds.map((seed) => nats(7, seed))),
    );
  });

  it('of another form are left out of a group, and named', async () => {
    const { rows, left } = await beside('moves', ['alpha']);
    expect(rows.map(({ experiments: of }) => of)).toEqual([[3], [2], [1, 5]]);
    expect(left).toEqual([
      expect.stringMatching(/^Truthfulness α 0\.9: #6 was looked at otherwise than #2 /),
    ]);
    expect((rows[2]!.summary as MovesSummary).parts[1]!.moves[0]!.share).toMatchObject(
      over(seeds.map((seed) => average([1, 5].map((id) => shareOf(id, seed))))),
    );
  });

  it('are figures for paper, with the same numbers', async () => {
    const asked = { show: 'entropy', format: 'csv' } as const;
    const { base64 } = await call('export.paperFigure', { ...asked, experiments, by: ['alpha'] });
    const rows = parse(Buffer.from(base64, 'base64').toString(), { columns: true }) as Record<
      string,
      string
    >[];
    const { rows: groups } = await beside('entropy', ['alpha']);
    const means = rows.filter(({ series, what }) => series!.includes('d1consis') && what === 'mean');
    expect(means.map(({ value }) => Number(value))).toEqual(
      groups.map(
        ({ summary }) => expect.closeTo((summary as EntropySummary).subsets[0]!.mean.mean, 5) as number,
      ),
    );
  });

  it('are exported as they are drawn: each number with its interval, and what every seed gave', async () => {
    const asked = { experiments, by: ['alpha'] };
    const { rows } = await beside('entropy', asked.by);
    const json = await call('export.compared_analyses', { ...asked, kind: 'entropy', as: 'json' });
    const { compared, groups, left_out } = JSON.parse(json.text) as Exported;
    expect(compared).toEqual(JSON.parse(JSON.stringify(compareInside(rows))));
    expect(groups.map(({ name, experiments: of }) => [name, of])).toEqual(
      rows.map(({ name, experiments: of }) => [name, of]),
    );
    expect(left_out).toEqual([]);

    // From the file alone: answers of a run, runs of a seed, seeds.
    const csv = await call('export.compared_analyses', { ...asked, kind: 'entropy', as: 'csv' });
    const cells = parse(csv.text, { columns: true }) as Record<string, string>[];
    const ofSubset = cells.filter(({ subset }) => subset === 'd1consis');
    for (const [i, name] of compared.names.entries()) {
      const own = ofSubset.filter(({ group }) => group === name);
      const bySeed = Object.values(Object.groupBy(own, ({ seed }) => seed!));
      const means = bySeed.map((of) =>
        average(
          Object.values(Object.groupBy(of!, ({ run }) => run!)).map((run) =>
            average(run!.map(({ nats }) => Number(nats))),
          ),
        ),
      );
      const { series } = compared.figures[0]!;
      expect(series.find((each) => each.name === 'd1consis')!.points[i]).toMatchObject(over(means));
    }
  });

  it('are exported without what is left out of a group, which is said', async () => {
    const asked = { kind: 'moves' as const, experiments, by: ['alpha'] };
    const csv = await call('export.compared_analyses', { ...asked, as: 'csv' });
    const cells = parse(csv.text, { columns: true }) as Record<string, string>[];
    expect(new Set(cells.map(({ group, experiment }) => `${group}: ${experiment}`))).toEqual(
      new Set([
        'Truthfulness α 0.75: 3',
        'Truthfulness α 0.9: 2',
        'Truthfulness α 1: 1',
        'Truthfulness α 1: 5',
      ]),
    );
    const json = await call('export.compared_analyses', { ...asked, as: 'json' });
    const { left_out } = JSON.parse(json.text) as Exported;
    expect(left_out).toEqual([
      expect.stringMatching(/^Truthfulness α 0\.9: #6 was looked at otherwise than #2 /),
    ]);
    const none = call('export.compared_analyses', { ...asked, kind: 'probes', as: 'csv' });
    expect(await failure(none)).toMatchObject({ code: 'analysis.empty' });
  });

  it('need a column that there is; the lines of a sweep are no groups', async () => {
    const by = ['nothing.here'];
    expect(await failure(call('analyses.beside', { experiments, by }))).toMatchObject({
      code: 'table.column',
    });
    const sweep = call('export.paperFigure', { experiments, by: ['alpha'], show: 'sweep', format: 'csv' });
    expect(await failure(sweep)).toMatchObject({ code: 'figure.group' });
  });
});
