/** CSV that Credence exported, imported again: every run as it was, whatever became of it; summaries are refused. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { effectsOfExperiment } from '#main/experiments/experiment.ts';
import { experimentsCsv } from '#main/experiments/export.ts';
import { openHistory, type History } from '#main/history/history.ts';
import { readSeriesAt, saveSeries } from '#main/imports/import-series.ts';
import type { ImportedSeries } from '#lab/series/import.ts';
import type { ImportedRun } from '#lab/series/runs.ts';
import { METRIC_IDS, METRICS } from '#shared/metrics.ts';
import { visible } from '#shared/plain-text.ts';
import {
  METRIC_TESTS,
  RUN_STATES,
  type EvaluationRecord,
  type RunRecord,
  type RunState,
} from '#shared/records.ts';
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
    cause: fc.constantFrom<(string | null)[]>(null, 'out of memory', '=1+1', 'two\nlines, "quoted"', ' 007 '),
    evaluations: anyEvaluations,
  }),
  {
    selector: ({ seed, seed_stage2, stage1_epoch }) => `${seed} ${seed_stage2} ${stage1_epoch}`,
    minLength: 1,
    maxLength: 5,
  },
);

type Runs = typeof anyRuns extends fc.Arbitrary<infer R> ? R : never;

/** Why it ended is kept of these. */
const ENDS_EARLY: readonly RunState[] = ['failed', 'interrupted'];

let saved = 0;

/** Saves runs as they are, live ones too: nothing trains them. */
function keep(history: History, name: string, runs: Runs): number {
  const config = { task: 'imported', name, seeds: [0], stages: [] } as unknown as ImportedSeries['config'];
  return history.saveImport({
    ...{ uid: `imported-${saved++}`, config, version: '1' },
    runs: runs.map(({ evaluations, cause, ...run }) => ({
      ...run,
      error: cause === null || !ENDS_EARLY.includes(run.state) ? null : { code: 'test', message: cause },
      evaluations: () => evaluations,
    })),
  }).id;
}

/** How a run is kept where it is imported. */
type Ended = (run: Pick<RunRecord, 'state' | 'error'>) => { state: RunState; error: string | null };

const asItIs: Ended = ({ state, error }) => ({ state, error: error?.message ?? null });

/** What a history says of runs, without what it numbers by itself; nothing that was not asked or has no number. */
function kept(history: History, experiment: number, ended = asItIs) {
  return history
    .evaluationsOf(experiment)
    .map(({ run, evaluations }) => ({
      ...{ seed: run.seed, seed_stage2: run.seed_stage2, stage1_epoch: run.stage1_epoch, ...ended(run) },
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
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** No process there has what was under way; why a run ended is said with where. */
const atRest: Ended = ({ state, error }) => {
  if (state === 'done' || state === 'cancelled') return { state, error: null };
  const cause = error === null ? '' : `: ${visible(error.message)}`;
  if (ENDS_EARLY.includes(state))
    return {
      state,
      error: `it ${state === 'failed' ? 'failed' : 'was interrupted'} where it was trained${cause}`,
    };
  return { state: 'interrupted', error: `it was ${state} when it was exported` };
};

const atOnce = ({ evaluations, ...run }: ImportedRun) => ({ ...run, evaluations: [...evaluations()] });
const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

describe('evaluations as Credence exports them', () => {
  it('come back with every number, run and state, whatever the state; what is left out is told', async () => {
    await fc.assert(
      fc.asyncProperty(anyRuns, fc.string({ minLength: 1, maxLength: 20 }), async (runs, name) => {
        const id = keep(here, name, runs);
        const file = path.join(folder, 'runs.csv');
        writeFileSync(file, experimentsCsv(here, [id]));
        const wanted = kept(here, id, atRest);
        const measured = wanted.filter(({ evaluations }) => evaluations.length > 0);
        if (measured.length === 0)
          return void (await expect(readSeriesAt(file)).rejects.toThrow(
            '"runs.csv": none of its runs measured anything',
          ));
        const series = await readSeriesAt(file);
        const back = saveSeries(there, series).id;
        expect(kept(there, back)).toEqual(wanted);
        // Exported and imported once more it is the same, but for where it lies.
        writeFileSync(file, experimentsCsv(there, [back]));
        const again = (await readSeriesAt(file)).runs;
        expect(again.map(atOnce).sort(byText)).toEqual(series.runs.map(atOnce).sort(byText));
        expect(series.config.name).toBe(visible(name).trim() || 'runs');
        const early = measured.filter(({ state }) => state !== 'done').length;
        const told = (what: RegExp) =>
          series.config.source.remarks.map((remark) => Number(what.exec(remark)?.[1] ?? 0));
        const sum = (counts: number[]) => counts.reduce((all, count) => all + count, 0);
        expect(sum(told(/^(\d+) runs? did not finish/))).toBe(early);
        expect(sum(told(/^(\d+) runs? without numbers/))).toBe(wanted.length - measured.length);
        const rows = here
          .evaluationsOf(id)
          .flatMap(({ evaluations }) => evaluations.flatMap(({ metrics }) => metrics));
        const numbers = wanted.flatMap(({ evaluations }) => evaluations.flatMap(({ metrics }) => metrics));
        expect(sum(told(/^(\d+) rows? left out/))).toBe(rows.length - numbers.length);
      }),
      { numRuns: 60 },
    );
  });

  it('have a row for a run that measured nothing: how it stands, why, and no more', () => {
    const failed = { ...RUN, seed: 3, state: 'failed' as const, cause: 'out of memory', evaluations: [] };
    const queued = { ...RUN, seed: 4, state: 'queued' as const, evaluations: [] };
    const id = keep(here, 'three', [RUN, failed, queued]);
    const rows = parse(experimentsCsv(here, [id]), { columns: true }) as Record<string, string>[];
    const said = rows.map(({ seed, state, error, subset, exact_match }) => [
      seed,
      state,
      error,
      subset,
      exact_match,
    ]);
    expect(said).toEqual([
      ['0', 'done', '', 'd1consis', '0.5'],
      ['0', 'done', '', 'd2consis', '0.25'],
      ['3', 'failed', 'out of memory', '', ''],
      ['4', 'queued', '', '', ''],
    ]);
    // Where none ended early there is no column for it.
    expect(experimentsCsv(here, [keep(here, 'one', [RUN])]).split('\n')[0]).not.toContain('error');
  });

  it('have such a row for a run that read other data, too, which comes back as one that enters nothing', async () => {
    const stopped = { ...RUN, seed: 2, state: 'failed' as const, cause: 'out of memory' };
    const id = keep(here, 'other data', [RUN, { ...RUN, seed: 1 }, stopped]);
    const db = new Database(here.path);
    db.prepare(`UPDATE experiments SET dataset_report = '{"files":[]}' WHERE id = ?`).run(id);
    db.prepare("UPDATE runs SET data_hash = 'another' WHERE experiment = ? AND seed > 0").run(id);
    db.close();
    const said = (text: string) =>
      (parse(text, { columns: true }) as Record<string, string>[]).map(
        ({ seed, state, error, exact_match }) => [...[seed, state, error, exact_match]],
      );
    const [counted, why] = [['0.5', '0.25'], 'read other data than the experiment was made with'];
    expect(said(experimentsCsv(here, [id]))).toEqual([
      ...counted.map((value) => ['0', 'done', '', value]),
      ['1', 'done', why, ''],
      ['2', 'failed', `${why}; out of memory`, ''],
    ]);
    const series = await readSeriesAt(writeIn(folder, 'other.csv', experimentsCsv(here, [id])));
    const left = `it was left out when it was exported: ${why}`;
    const failed = `it failed where it was trained: ${why}; out of memory`;
    expect(series.config.source.remarks).toContain(
      `2 runs without numbers: seed 1 (${left}), seed 2 (${failed})`,
    );
    const back = saveSeries(there, series).id;
    expect(there.runsOf(back).map(({ state, error }) => [state, error?.message])).toEqual([
      ['done', undefined],
      ['interrupted', left],
      ['failed', failed],
    ]);
    // No number of seeds counts it, and once more it is the same.
    expect(effectsOfExperiment(there, back).n).toBe(1);
    const again = await readSeriesAt(writeIn(folder, 'again.csv', experimentsCsv(there, [back])));
    expect(again.runs.map(atOnce)).toEqual(series.runs.map(atOnce));
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
  ...{ seed: 0, seed_stage2: null, stage1_epoch: null, state: 'done' as const, cause: null },
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
