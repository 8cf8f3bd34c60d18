/** CSV that Credence exported, imported again: every run as it was, whatever became of it; summaries are refused. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { experimentsCsv } from '#main/experiments/export.ts';
import { openHistory, type History } from '#main/history/history.ts';
import { readSeriesAt, saveSeries } from '#main/imports/import-series.ts';
import type { ImportedSeries } from '#lab/series/import.ts';
import { METRIC_IDS, METRICS } from '#shared/metrics.ts';
import { visible } from '#shared/plain-text.ts';
import { METRIC_TESTS, RUN_STATES, type EvaluationRecord, type RunState } from '#shared/records.ts';
import { TEST_SUBSETS } from '#shared/subsets.ts';
import { credenceHere } from './credence-here.ts';
import { temporaryFolder, writeIn } from './credence.ts';

const folder = temporaryFolder();
const [here, there] = ['here', 'there'].map((name) => openHistory(path.join(folder, `${name}.sqlite`)));
afterAll(() => [here, there].forEach((history) => history.close()));

const anyMetric = fc.record(
  {
    subset: fc.constantFrom(...TEST_SUBSETS),
    test: fc.constantFrom(...METRIC_TESTS),
    count: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 99 })),
    ...Object.fromEntries(
      METRIC_IDS.map((id) => {
        const [min, most] = METRICS[id].limits;
        const value = fc.double({ min, max: Math.min(most, 1e6), noNaN: true });
        return [id, fc.oneof(value, fc.constant(null))];
      }),
    ),
  },
  { requiredKeys: ['subset', 'test', 'count'] },
);

/** Steps go on from stage to stage, as ours do. */
const anyEvaluations = fc
  .array(
    fc.record({
      stage: fc.constantFrom('stage0' as const, 'stage1' as const, 'stage1_qa' as const, 'stage2' as const),
      epoch: fc.integer({ min: 0, max: 5 }),
      metrics: fc.uniqueArray(anyMetric, {
        selector: ({ subset, test }) => `${subset} ${test}`,
        maxLength: 4,
      }),
    }),
    { maxLength: 6 },
  )
  .map((found): Omit<EvaluationRecord, 'run'>[] => {
    const byPlace = new Map(found.map((each) => [`${each.stage} ${each.epoch}`, each]));
    const order = ['stage0', 'stage1', 'stage1_qa', 'stage2'];
    const step = ({ stage, epoch }: (typeof found)[number]) => 60 * order.indexOf(stage) + 10 * epoch;
    return [...byPlace.values()]
      .map((each) => ({ ...each, step: step(each) }))
      .sort((a, b) => a.step - b.step);
  });

const anyRuns = fc.uniqueArray(
  fc.record({
    seed: fc.integer({ min: 0, max: 4 }),
    seed_stage2: fc.option(fc.integer({ min: 0, max: 2 })),
    stage1_epoch: fc.option(fc.integer({ min: 1, max: 3 })),
    state: fc.constantFrom(...RUN_STATES),
    evaluations: anyEvaluations,
  }),
  {
    selector: ({ seed, seed_stage2, stage1_epoch }) => `${seed} ${seed_stage2} ${stage1_epoch}`,
    minLength: 1,
    maxLength: 5,
  },
);

type Runs = typeof anyRuns extends fc.Arbitrary<infer R> ? R : never;

let saved = 0;

/** Saves runs as they are, live ones too: nothing trains them. */
function keep(history: History, name: string, runs: Runs): number {
  const config = { task: 'imported', name, seeds: [0], stages: [] } as unknown as ImportedSeries['config'];
  return history.saveImport({
    ...{ uid: `imported-${saved++}`, config, version: '1' },
    runs: runs.map(({ evaluations, ...run }) => ({ ...run, error: null, evaluations: () => evaluations })),
  }).id;
}

/** What a history says of runs, without what it numbers by itself; nothing that was not asked or has no number. */
function kept(history: History, experiment: number, stateOf = (state: RunState): RunState => state) {
  return history
    .evaluationsOf(experiment)
    .map(({ run: { seed, seed_stage2, stage1_epoch, state }, evaluations }) => ({
      ...{ seed, seed_stage2, stage1_epoch, state: stateOf(state) },
      evaluations: evaluations
        .map(({ stage, epoch, step, metrics }) => ({
          ...{ stage, epoch, step },
          metrics: metrics
            .filter((each) => each.count !== 0 && METRIC_IDS.some((id) => typeof each[id] === 'number'))
            .map((each) => JSON.stringify(Object.entries(each).sort()))
            .sort(),
        }))
        .filter(({ metrics }) => metrics.length > 0),
    }))
    .filter(({ evaluations }) => evaluations.length > 0)
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** No process there has what was under way. */
const atRest = (state: RunState): RunState =>
  ['queued', 'running', 'paused'].includes(state) ? 'interrupted' : state;

describe('evaluations as Credence exports them', () => {
  it('come back with every number, run and state, whatever the state; what is left out is told', async () => {
    await fc.assert(
      fc.asyncProperty(anyRuns, fc.string({ minLength: 1, maxLength: 20 }), async (runs, name) => {
        const id = keep(here, name, runs);
        const file = path.join(folder, 'runs.csv');
        writeFileSync(file, experimentsCsv(here, [id]));
        const wanted = kept(here, id, atRest);
        if (wanted.length === 0)
          return void (await expect(readSeriesAt(file)).rejects.toThrow('no column holds'));
        const series = await readSeriesAt(file);
        expect(kept(there, saveSeries(there, series).id)).toEqual(wanted);
        expect(series.config.name).toBe(visible(name).trim() || 'runs');
        const early = wanted.filter(({ state }) => state !== 'done').length;
        const told = series.config.source.remarks.filter((remark) => remark.includes('did not finish'));
        expect(told).toHaveLength(early > 0 ? 1 : 0);
        const rows = here
          .evaluationsOf(id)
          .flatMap(({ evaluations }) => evaluations.flatMap(({ metrics }) => metrics));
        const back = wanted.flatMap(({ evaluations }) => evaluations.flatMap(({ metrics }) => metrics));
        const left = series.config.source.remarks.flatMap(
          (remark) => /^(\d+) rows? left out/.exec(remark)?.[1] ?? [],
        );
        expect(left.reduce((sum, count) => sum + Number(count), 0)).toBe(rows.length - back.length);
      }),
      { numRuns: 60 },
    );
  });

  it('of several experiments, or beside files of other programs, are refused with the way out', async () => {
    const [one, other] = ['a', 'b'].map((name) => keep(here, name, [RUN]));
    const both = writeIn(folder, 'both.csv', experimentsCsv(here, [one, other]));
    await expect(readSeriesAt(both)).rejects.toThrow(
      `"both.csv", line 4: "${other} b" is another experiment than "${one} a" ("both.csv"); import one experiment at a time, or export all of them as --out mine.credence`,
    );
    const mixed = path.join(folder, 'mixed');
    mkdirSync(mixed);
    writeIn(mixed, 'ours.csv', experimentsCsv(here, [one]));
    writeIn(mixed, 'theirs.csv', 'seed,epoch,d1consis_EM\n7,1,0.5\n');
    await expect(readSeriesAt(mixed)).rejects.toThrow(
      '"mixed/ours.csv" is an export of Credence, and "mixed/theirs.csv" is none; import each by itself',
    );
  });
});

const RUN = {
  ...{ seed: 0, seed_stage2: null, stage1_epoch: null, state: 'done' as const },
  evaluations: [
    {
      ...{ stage: 'stage1' as const, epoch: 1, step: 1 },
      metrics: [
        { subset: 'd1consis' as const, test: 'questions' as const, exact_match: 0.5, count: 4 },
        { subset: 'd2consis' as const, test: 'questions' as const, exact_match: 0.25, count: 4 },
      ],
    },
  ],
};

describe('tables of results that Credence writes', () => {
  it('are refused, and the way out is named: there is no run in them', async () => {
    const home = temporaryFolder();
    const said = async (args: string[]) => {
      const { code, stderr } = await credenceHere(args, home);
      return { code, stderr };
    };
    for (const [name, shift] of Object.entries({ one: 0, other: 0.1 }))
      await said(['import', writeIn(home, `${name}.csv`, seeds(shift))]);
    const file = (name: string) => path.join(home, `${name}.csv`);
    for (const table of ['comparisons', 'subsets', 'seeds'])
      expect(await said(['compare', '1', '2', '--table', table, '--csv', file(table)])).toMatchObject({
        code: 0,
      });
    expect(await said(['figure', '1', '2', '--show', 'effects', '--out', file('figure')])).toMatchObject({
      code: 0,
    });
    expect(await said(['table', '--format', 'csv', '--out', file('table')])).toMatchObject({ code: 0 });
    for (const name of ['comparisons', 'subsets', 'seeds', 'figure', 'table']) {
      const { code, stderr } = await said(['import', file(name)]);
      expect(code, name).toBe(2);
      expect(stderr).toContain(`"${name}.csv" is a table of results as Credence writes them`);
      expect(stderr).toContain('credence export ID --out runs.csv');
    }
  });

  const seeds = (shift: number) =>
    [
      'seed,epoch,d1consis_EM,d2consis_EM',
      ...[0, 1, 2].map((i) => `${i},1,${0.6 + shift + i / 50},0.${i + 2}`),
    ].join('\n');
});

describe('how runs of W&B ended', () => {
  it('is taken from a column of states; another word is told, and counts as finished', async () => {
    const rows = ['finished', 'crashed', 'killed', 'running', 'CA'].map(
      (state, seed) => `${seed},1,0.5,${state}`,
    );
    const file = writeIn(folder, 'wandb.csv', ['seed,epoch,d1consis_EM,state', ...rows].join('\n'));
    const { runs, config } = await readSeriesAt(file);
    expect(runs.map(({ state, error }) => [state, error?.message])).toEqual([
      ['done', undefined],
      ['failed', 'it failed where it was trained'],
      ['cancelled', undefined],
      ['interrupted', 'it was running when it was exported'],
      ['done', undefined],
    ]);
    expect(config.source.remarks).toEqual([
      '3 runs did not finish, and enter curves alone: seed 1 (it failed where it was trained), seed 2 (cancelled), seed 3 (it was running when it was exported)',
      'no state of a run: "CA"; runs of which no other cell says one count as finished',
    ]);
  });
});
